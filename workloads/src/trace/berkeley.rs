//! The process trace of Harchol-Balter & Downey (Exploiting process lifetime distributions for dynamic load balancing,
//! ACM TOCS 15(3):253-285, 1997, doi 10.1145/263326.263344): 184,612 UNIX processes of eight hours in 1995, on six
//! nodes.
//!
//! The published file is mislabelled. Its columns `hour,min,unk,sec,prog` hold the minute since 09:00 (0 to 479), the
//! second within it (0.0 to 59.9), the node (0 to 5), the CPU lifetime in seconds, and the program (latin-1): only this
//! reading gives a sane utilisation. A lifetime of .005 stands for none that the clock saw; the clock ticked 64 times a
//! second, and the file rounds to hundredths (.02, .03, .05, .06, .08, ...). The rows are eight hours, one after the
//! other, by ascending number of processes: the papers' runs 0 to 7.
//!
//! Not here: finding the file (it carries no licence, so it is not distributed with loadlab) and undoing xz (`open`).

use super::account::{Account, Reason};
use super::delimited::Fields;
use super::error::ReadError;
use super::names::Names;
use super::number::{decimal, natural};
use super::reader::{Format, No};
use super::record::Record;

/// Nodes.
pub const NODES: u32 = 6;

/// The first minute since 09:00 of each run.
pub const RUN_STARTS: [u32; 8] = [240, 0, 60, 180, 120, 300, 360, 420];

/// SHA-256 of the published file, `CSD-trace.csv.xz` (732,552 bytes).
pub const SHA256_XZ: &str = "416c129b04a20f5de57bb6cf4cc54920209edba900c73e577c56d4903f48d429";

/// SHA-256 of what it decompresses to (3,918,081 bytes).
pub const SHA256_CSV: &str = "591e1594b537efa8497bf7d157e6001550f06115f4dec28f9969b81a2abdaa3b";

/// Where to get it.
pub const SOURCE: &str = "ecosystems/CSD-trace.csv.xz in the public repository Derek-Jones/ESEUR-code-data";

const HEADER: &[u8] = b"hour,min,unk,sec,prog";

/// The run to which a minute since 09:00 belongs.
pub fn run_of(minute: u32) -> Option<u8> {
    RUN_STARTS.iter().position(|start| *start / 60 == minute / 60).map(|run| run as u8)
}

/// The format; hand it to [`super::Reader::new`].
///
/// The stream keeps the order of the file. Of one run, time counts from the start of its hour; of all eight, from
/// 09:00, and the stream is out of order where the runs meet.
#[derive(Debug, Default)]
pub struct Berkeley {
    run: Option<u8>,
    begun: bool,
    fields: Fields,
    names: Names,
}

impl Berkeley {
    /// Reads one of the runs 0 to 7, or all of them.
    pub fn new(run: Option<u8>) -> Self {
        Berkeley { run, ..Berkeley::default() }
    }

    fn begin(&mut self, text: &[u8], line: u64) -> Result<Record, No> {
        self.begun = true;
        if text == HEADER {
            return Err(No::Comment);
        }
        Err(No::Fatal(ReadError::Unsupported {
            line,
            found: format!("the header is not `{}`", String::from_utf8_lossy(HEADER)),
            advice: "this reader is for the Berkeley trace of 1995 as published; use the csv reader for other files",
        }))
    }
}

impl Format for Berkeley {
    const NAME: &'static str = "berkeley-1995";

    fn take(&mut self, text: &[u8], line: u64, _account: &mut Account) -> Result<Record, No> {
        if !self.begun {
            return self.begin(text, line);
        }
        self.fields.split(text, b',')?;
        self.fields.exactly(5)?;
        let field = |k: usize| self.fields.get(k).unwrap_or_default();
        let whole = |k, name, end| match natural(field(k)) {
            None => Err(Reason::NotANumber(name)),
            Some(n) if n >= end => Err(Reason::OutOfRange(name)),
            Some(n) => Ok(n as u32),
        };
        let minute = whole(0, "minute", 480)?;
        let node = whole(2, "node", u64::from(NODES))?;
        let second = decimal(field(1)).ok_or(Reason::NotANumber("second"))?;
        let lifetime = decimal(field(3)).ok_or(Reason::NotANumber("lifetime"))?;
        if !(0.0..60.0).contains(&second) {
            return Err(Reason::OutOfRange("second").into());
        }
        if lifetime <= 0.0 {
            return Err(Reason::OutOfRange("lifetime").into());
        }
        let origin = match self.run {
            None => 0,
            run if run == run_of(minute) => minute / 60 * 60,
            Some(_) => return Err(No::Skipped),
        };
        let submit = 60.0 * f64::from(minute - origin) + second;
        let program = self.names.latin1(field(4));
        Ok(Record { home: Some(node), program, ..Record::new(line, submit, lifetime) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Label, Reader, Trace};

    const SAMPLE: &[u8] =
        b"hour,min,unk,sec,prog\n240,0.5,5,.005,s5make\n299,59.9,3,0.30,caf\xe9\n0,1.0,0,705.4,sim\n480,0,0,1,x\n\
        1,60.0,0,1,x\n1,2,6,1,x\n1,2,3,-4,x\n";

    #[test]
    fn of_one_run_time_counts_from_its_hour_and_other_runs_are_skipped() {
        let mut trace = Reader::new(SAMPLE, Berkeley::new(Some(0)));
        let records: Vec<_> = trace.by_ref().map(|r| r.expect("bad lines are dropped")).collect();
        assert_eq!(records.len(), 2);
        assert_eq!((records[0].submit, records[0].lifetime, records[0].home), (0.5, 0.005, Some(5)));
        assert_eq!((records[1].submit, &records[1].program), (3599.9, &Some(Label::Name("café".into()))));
        let account = trace.account();
        assert_eq!((account.comments, account.kept, account.skipped, account.dropped.total()), (1, 2, 1, 4));
        let reasons: Vec<_> = account.dropped.iter().map(|c| (c.what, c.first)).collect();
        let out = Reason::OutOfRange;
        assert_eq!(reasons, [(out("minute"), 5), (out("second"), 6), (out("node"), 7), (out("lifetime"), 8)]);
    }

    #[test]
    fn another_header_is_refused() {
        let mut trace = Reader::new(&b"minute,second,node,lifetime,program\n"[..], Berkeley::default());
        assert!(matches!(trace.next(), Some(Err(ReadError::Unsupported { line: 1, .. }))));
    }
}
