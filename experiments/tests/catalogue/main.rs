//! What holds for every policy of the catalogue, whatever it does. Each test goes through `POLICIES`, so that a new policy
//! is covered as soon as it is listed.

mod pages;
mod poison;
mod runs;
mod support;
