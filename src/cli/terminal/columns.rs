//! Tables in aligned columns.

/// Aligns rows below a header.
pub(crate) fn table<const N: usize>(
    head: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> Vec<String> {
    let rows: Vec<_> = std::iter::once(head.map(str::to_owned)).chain(rows).collect();
    align(&rows)
}

/// Aligns rows: the first and the last column to the left, all others to the right.
pub(crate) fn align<const N: usize>(rows: &[[String; N]]) -> Vec<String> {
    let width =
        |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    // Not `format!("{cell:width$}")`: it limits the width.
    let blanks = |column: usize, cell: &str| " ".repeat(widths[column] - cell.chars().count());
    let line = |row: &[String; N]| {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            line += &match column {
                0 => format!("{cell}{}", blanks(0, cell)),
                last if last + 1 == N => format!("  {cell}"),
                _ => format!("  {}{cell}", blanks(column, cell)),
            };
        }
        line.trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}
