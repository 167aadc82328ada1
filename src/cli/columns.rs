//! Rows in columns.

/// The rows in columns: all but the first and the last to the right.
pub(super) fn align<const N: usize>(rows: &[[String; N]]) -> Vec<String> {
    let width =
        |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |row: &[String; N]| {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            line += &match column {
                0 => format!("{cell:<0$}", widths[0]),
                last if last + 1 == N => format!("  {cell}"),
                _ => format!("  {cell:>0$}", widths[column]),
            };
        }
        line.trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}
