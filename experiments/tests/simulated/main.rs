//! The whole simulator against the formulas of `loadlab_core::theory`: engine, workloads and policies together.
//!
//! Each value is estimated from independent replications with fixed seeds and must agree with its formula by the
//! criterion of `support`, which must also reject the formula when it is off by 3 % either way. `LOADLAB_FULL=1` runs
//! the loads that take longer.

mod ages;
mod board;
mod cells;
mod control;
mod costs;
mod dispatch;
mod drawn;
mod few_nodes;
mod grid;
mod half;
mod idle_queue;
mod mg1;
mod mmk;
mod oracle;
mod pairs;
mod paying;
mod policies;
mod sizes;
mod support;
mod table;
mod turns;
mod under_way;
