//! Aligned columns.

/// Aligns the rows in columns: the first and last to the left, the others to
/// the right.
pub(crate) fn align<const N: usize>(rows: &[[String; N]]) -> Vec<String> {
    let width =
        |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    // The width that `format!` accepts is limited.
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
