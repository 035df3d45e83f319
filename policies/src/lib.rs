//! The policies.
