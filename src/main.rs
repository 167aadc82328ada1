//! The command `idswap`; everything it does stands in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    idswap::cli::main()
}
