//! From the file to the verdict, with the real engine: stopping, contrasts, claims, warm-up, warnings and theory.

mod claims;
mod doubts;
mod pairing;
mod single;
mod stopping;
mod support;
mod theory;
mod warmup;
