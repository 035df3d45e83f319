//! A long log streams: what is held while it is read and replayed does not grow with it.
//!
//! Memory is that of this process, as Linux counts it (`VmHWM`); elsewhere there is nothing to read, and the test says so.

use loadlab_core::Source;
use loadlab_workloads::trace::Reader;
use loadlab_workloads::trace::ops::{Homes, Order, assign_homes, sorted};
use loadlab_workloads::trace::source::{Replay, Survey};
use loadlab_workloads::trace::swf::Swf;
use std::io::{BufReader, Read, Write};

/// A log that is made up while it is read: so many processes, of which every tenth stands a few lines too late.
struct Log {
    next: u64,
    lines: u64,
    line: Vec<u8>,
    at: usize,
}

impl Log {
    fn of(lines: u64) -> BufReader<Log> {
        BufReader::new(Log { next: 0, lines, line: b"; Version: 2.2\n".to_vec(), at: 0 })
    }
}

impl Read for Log {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.line.len() && self.next < self.lines {
            let k = self.next;
            let late = if k % 10 == 9 { 5 } else { 0 };
            self.next += 1;
            (self.at, _) = (0, self.line.clear());
            writeln!(
                self.line,
                "{} {} 12 {} 1 -1 {} 1 7200 -1 1 {} 3 17 1 1 -1 -1",
                k + 1,
                k * 3 + 100 - late * 3,
                k % 9973 + 1,
                k % 997,
                k % 211
            )?;
        }
        let count = out.len().min(self.line.len() - self.at);
        out[..count].copy_from_slice(&self.line[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

/// The greatest memory that this process has had, in bytes.
fn most() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|k| k * 1024)
}

/// Surveys and replays a log of so many lines; gives how many processes were born.
fn replay(lines: u64) -> u64 {
    let trace =
        || assign_homes(sorted(Reader::new(Log::of(lines), Swf::default()), Order::Window(100)), 8, Homes::RoundRobin);
    let survey = Survey::of(trace().expect("homes"), 8).expect("a good log");
    assert_eq!((survey.account.lines, survey.account.kept), (lines + 1, lines));
    let mut source = Replay::new(Box::new(trace().expect("homes")), &survey, 8);
    let (mut block, mut born) = (Vec::new(), 0);
    loop {
        block.clear();
        source.fill(&mut block);
        born += block.len() as u64;
        if block.is_empty() {
            assert_eq!(source.failure(), None);
            return born;
        }
    }
}

#[test]
fn memory_does_not_grow_with_the_length_of_a_log() {
    // Ten million lines with LOADLAB_FULL; three hundred thousand in every run.
    let lines = if std::env::var_os("LOADLAB_FULL").is_some() { 10_000_000 } else { 300_000 };
    assert_eq!(replay(lines / 100), lines / 100);
    let before = most();
    assert_eq!(replay(lines), lines);
    match (before, most()) {
        (Some(before), Some(after)) => {
            println!("{lines} lines: {} KiB more than for a hundredth of them", (after - before) / 1024);
            assert!(after - before < 1 << 20, "{} bytes more", after - before);
        }
        _ => println!("skipped: this system does not tell how much memory a process has had"),
    }
}
