//! `cargo bench --bench compare`
#[path = "../export/mod.rs"]
mod export;

use clap::{Parser, Subcommand};
use std::path::PathBuf;

#[derive(Parser)]
struct Args {
    #[arg(long, hide = true, global = true)]
    bench: bool,
    #[command(subcommand)]
    step: Option<Step>,
}

#[derive(Subcommand)]
enum Step {
    /// Writes an export and its map
    Generate {
        folder: PathBuf,
        #[command(flatten)]
        shape: export::Shape,
    },
}

fn main() {
    match Args::parse().step {
        Some(Step::Generate { folder, shape }) => shape.write(&folder).expect("written"),
        None => {}
    }
}
