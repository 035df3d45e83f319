//! Bounded twins of the fuzz targets in `workloads/fuzz`: random bytes and mutated good files, for every parser.
//! Nothing may panic or hang, every line must have one fate, and what comes out must be usable.

use loadlab_workloads::trace::acct::{self, Acct, Layout};
use loadlab_workloads::trace::alibaba2018::Alibaba2018;
use loadlab_workloads::trace::berkeley::Berkeley;
use loadlab_workloads::trace::csv::{At, Columns, Csv, Quantity};
use loadlab_workloads::trace::follow::Links;
use loadlab_workloads::trace::google2011::Google2011;
use loadlab_workloads::trace::open::decompress;
use loadlab_workloads::trace::ops::{Order, Shake, bootstrap, shake, sorted, split};
use loadlab_workloads::trace::processes::Processes;
use loadlab_workloads::trace::summary::{Options, summarise};
use loadlab_workloads::trace::swf::{self, Preemption, Swf, Version};
use loadlab_workloads::trace::{Format, Reader, Trace};
use loadlab_workloads::trace::{MAX_LINE, Record};
use proptest::prelude::*;
use std::io::Read;

const SWF: &[u8] = b"; Version: 2.2\n; MaxProcs: 8\n1 0 -1 30 4 -1 -1 4 60 -1 2 1 1 -1 1 -1 -1 -1\n\
    1 9 -1 30 4 -1 -1 4 60 -1 3 1 1 -1 1 -1 -1 -1\n2 5.5 -1 0 1 -1 -1 4 60 -1 1 1 1 -1 1 -1 1 3\n";
const BERKELEY: &[u8] = b"hour,min,unk,sec,prog\n240,0.5,5,0.09,s5make\n240,0.7,3,.005,stty\n0,1.0,0,705.4,caf\xe9\n";
const GOOGLE: &[u8] = b"600000000,,42,0,,0,ann,2,9,0.25,0.5,0,0\n601000000,,42,0,,1,ann,2,9,0.25,0.5,0,0\n\
    602000000,,42,0,,2,ann,2,9,0.25,0.5,0,0\n603000000,,42,0,,1,ann,2,9,0.25,0.5,0,0\n\
    604000000,,42,0,,4,ann,2,9,0.25,0.5,0,0\n605000000,1,42,1,,0,ann,2,9,,,0,0\n";
const ALIBABA: &[u8] =
    b"M2_1,3,j_7,1,Terminated,100,160,50,0.5\ntask_x,1,j_8,2,Failed,100,101,,\nM1,1,j_9,1,Running,5,0,50,101\n";
const PROCESSES: &[u8] = b"cell,replication,process,class,arrival_s,lifetime_s,memory_bytes,home,after,response_s\n\
    a,0,1,x,0.5,1,4096,2,,9\na,0,2,\"x, y\",0.75,2,,1,1,9\n";
const CSV: &[u8] = b"t;cpu;who\n1.5;250;\"a;b\"\"c\"\n2;1000;7\n";

fn accounting() -> Vec<u8> {
    let mut record = [0u8; acct::RECORD];
    record[1] = 3;
    record[24..28].copy_from_slice(&1_000_000_000u32.to_le_bytes());
    record[32..34].copy_from_slice(&0x2001u16.to_le_bytes());
    record[48..50].copy_from_slice(b"sh");
    record.repeat(3)
}

fn columns() -> Columns {
    Columns {
        delimiter: b';',
        user: Some(At::Name("who".into())),
        lifetime: Quantity { at: At::Index(1), unit: 0.001 },
        ..Columns::named("t", "cpu")
    }
}

/// Reads to the end and holds the reader to its promises.
fn hold<F: Format>(input: &[u8], format: F) -> Result<(), TestCaseError> {
    let mut trace = Reader::new(input, format);
    let (mut kept, mut failed) = (0, false);
    for item in trace.by_ref() {
        prop_assert!(!failed, "nothing follows an error");
        match item {
            Ok(record) => {
                kept += 1;
                usable(&record, input)?;
            }
            Err(error) => {
                failed = true;
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }
    prop_assert!(trace.next().is_none());
    let a = trace.account();
    prop_assert_eq!(a.kept, kept);
    prop_assert!(a.lines <= input.len() as u64);
    if !failed {
        prop_assert_eq!(a.lines, a.comments + a.kept + a.folded + a.skipped + a.dropped.total());
    }
    let text = a.to_string();
    prop_assert!(text.len() <= 100_000 + 4 * input.len());
    Ok(())
}

fn usable(record: &Record, input: &[u8]) -> Result<(), TestCaseError> {
    prop_assert!(record.submit.is_finite() && record.submit >= 0.0);
    prop_assert!(record.lifetime.is_finite() && record.lifetime >= 0.0);
    prop_assert!(record.processors > 0);
    prop_assert!(record.line > 0 && record.line <= input.len() as u64);
    prop_assert!(record.memory.is_none_or(|bytes| bytes >= 0.0));
    prop_assert!(record.after.len() <= input.len());
    Ok(())
}

fn hold_all(input: &[u8]) -> Result<(), TestCaseError> {
    hold(input, Swf::default())?;
    for preemption in [Preemption::Yes, Preemption::Double] {
        let (version, preemption) = (Some(Version::V2_2), Some(preemption));
        hold(input, Swf::new(swf::Options { version, preemption, ..swf::Options::default() }))?;
    }
    for layout in [Layout::V3, Layout::V2] {
        hold(input, Acct::new(acct::Options { layout, ..acct::Options::default() }))?;
    }
    hold(input, Csv::new(columns()))?;
    hold(input, Csv::new(Columns { header: false, ..columns() }))?;
    hold(input, Berkeley::new(None))?;
    hold(input, Berkeley::new(Some(0)))?;
    hold(input, Google2011::default())?;
    hold(input, Alibaba2018::default())?;
    hold(input, Processes::default())
}

/// Decompression may fail, but never yields more than its bound.
fn hold_decompression(input: &[u8]) -> Result<(), TestCaseError> {
    const BOUND: u64 = 1 << 16;
    if let Ok(plain) = decompress(input, BOUND) {
        let mut out = Vec::new();
        let whole = plain.take(2 * BOUND).read_to_end(&mut out);
        prop_assert!(out.len() as u64 <= BOUND.max(input.len() as u64), "{:?}", whole);
    }
    Ok(())
}

/// A good file of some format.
fn good_file() -> impl Strategy<Value = Vec<u8>> {
    let files = [SWF, BERKELEY, GOOGLE, ALIBABA, PROCESSES, CSV].map(<[u8]>::to_vec);
    prop::sample::select(files.into_iter().chain([accounting()]).collect::<Vec<_>>())
}

/// Bytes that mean something to some format, and others.
fn telling_byte() -> impl Strategy<Value = u8> {
    prop_oneof![prop::sample::select(b"0123456789-+.eE,;:\"\n\r\t _M\x00\xff\xef".to_vec()), any::<u8>()]
}

/// Overwrites, inserts, removes and repeats bytes.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let edit = (any::<prop::sample::Index>(), 0u8..4, telling_byte(), 1usize..20);
    (good_file(), prop::collection::vec(edit, 1..12)).prop_map(|(mut file, edits)| {
        for (place, kind, byte, length) in edits {
            if file.is_empty() {
                return file;
            }
            let at = place.index(file.len());
            let end = (at + length).min(file.len());
            match kind {
                0 => file[at] = byte,
                1 => file.insert(at, byte),
                2 => drop(file.drain(at..end)),
                _ => {
                    let piece = file[at..end].to_vec();
                    file.splice(at..at, piece.repeat(length));
                }
            }
        }
        file
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn random_bytes_never_break_a_reader(input in prop::collection::vec(any::<u8>(), 0..400)) {
        hold_all(&input)?;
    }

    #[test]
    fn telling_bytes_never_break_a_reader(input in prop::collection::vec(telling_byte(), 0..400)) {
        hold_all(&input)?;
    }

    #[test]
    fn mutated_good_files_never_break_a_reader(input in mutated()) {
        hold_all(&input)?;
    }

    #[test]
    fn operations_and_the_summary_take_whatever_a_reader_gives(input in mutated(), seed in 0u64..4) {
        let read = || Reader::new(&input[..], Swf::default());
        let stream = loadlab_core::rng::Stream::new(seed, "fuzz", 0);
        // Who follows whom: circles are refused; whoever names others waits for them or finds none of them.
        if let Ok(links) = Links::of(|| Ok(read())) {
            let naming = read().flatten().filter(|record| !record.after.is_empty()).count() as u64;
            prop_assert_eq!(links.waiting + links.missing, naming);
        }
        // Splitting must not be asked to make more processes than a test has time for.
        let small = loadlab_workloads::trace::ops::select(read(), "small", |r| r.processors < 1000);
        let shaken = shake(
            sorted(split(small), Order::Whole), Shake { lifetime: (0.5, 2.0), submit: (-5.0, 5.0) }, stream,
        );
        if let Ok(drawn) = bootstrap(shaken, 7.0 * (seed as f64 + 1.0), false, stream)
            && let Ok(summary) = summarise(drawn, &Options { exact: 100, ..Options::default() })
        {
            prop_assert!(summary.mean >= 0.0 && (0.0..=1.0 + 1e-9).contains(&summary.work_of_top_percent));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn broken_compression_stays_within_its_bound(
        tail in prop::collection::vec(any::<u8>(), 0..300),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        kind in 0usize..3,
    ) {
        let gzip = include_bytes!("data/swf/clean.swf.gz").to_vec();
        let mut input = match kind {
            0 => [b"\x1f\x8b\x08\x00".as_slice(), &tail].concat(),
            1 => [b"\xfd7zXZ\x00\x00\x01\x69\x22\xde\x36".as_slice(), &tail].concat(),
            _ => gzip,
        };
        for (place, byte) in edits {
            let at = place.index(input.len());
            input[at] = byte;
        }
        hold_decompression(&input)?;
    }
}

#[test]
fn a_line_of_many_megabytes_is_dropped_and_the_next_is_read() {
    // One endless line, then a good one. The reader sees 80 MB through a buffer of 64 KiB.
    let header = b"; Version: 2.2\n".as_slice();
    let endless = std::io::repeat(b'7').take(80_000_000);
    let good = b"\n1 0 -1 30 4 -1 -1 4 60 -1 1 1 1 -1 1 -1 -1 -1\n".as_slice();
    let input = std::io::BufReader::new(header.chain(endless).chain(good));
    let mut trace = Reader::new(input, Swf::default());
    assert_eq!(trace.next().expect("the good line").expect("a good line").line, 3);
    assert!(trace.next().is_none());
    let dropped: Vec<String> = trace.account().dropped.iter().map(|c| c.what.to_string()).collect();
    assert_eq!(dropped, [format!("longer than {MAX_LINE} bytes")]);
}
