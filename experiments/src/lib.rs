//! loadlab.
