//! The command `idswap`; the code is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    idswap::cli::main()
}
