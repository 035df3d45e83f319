//! loadlab.
fn main() {}
