//! The comparison of Harchol-Balter & Downey: the engine against a second implementation, process by process.

mod agreement;
mod obvious;
mod replay;
mod shipped;
