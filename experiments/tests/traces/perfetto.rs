//! A reader of the trace event format that refuses what breaks its rules: slices nest on their threads, arrows have two
//! ends that bind to slices, instants and counters are complete, groups and threads have names.
//!
//! Written from "Trace Event Format", Google, 2016. Not here: what the drawing should show.

use serde_json::Value;
use std::collections::BTreeMap;

/// A stay of a process at a node.
#[derive(Clone, Debug)]
pub(crate) struct Slice {
    pub(crate) group: String,
    pub(crate) thread: u64,
    pub(crate) begin: u64,
    pub(crate) end: u64,
    pub(crate) args: Value,
}

impl Slice {
    pub(crate) fn process(&self) -> u64 {
        self.args["process"].as_u64().expect("a slice says whose it is")
    }
}

/// An arrow from one slice to another.
#[derive(Clone, Debug)]
pub(crate) struct Arrow {
    pub(crate) name: String,
    pub(crate) from: Slice,
    pub(crate) to: Slice,
}

/// All that is drawn; times are nanoseconds.
#[derive(Debug, Default)]
pub(crate) struct Drawing {
    pub(crate) slices: Vec<Slice>,
    pub(crate) arrows: Vec<Arrow>,
    pub(crate) loads: Vec<(u64, String, u64)>,
    pub(crate) marks: Vec<(u64, String, Value)>,
}

/// The end of an arrow.
struct End {
    phase: String,
    name: String,
    thread: u64,
    at: u64,
}

fn nanos(value: &Value) -> Result<u64, String> {
    let micros = value.as_f64().filter(|x| *x >= 0.0).ok_or_else(|| format!("{value} is no time"))?;
    Ok((micros * 1000.0).round() as u64)
}

fn whole(event: &Value, key: &str) -> Result<u64, String> {
    event[key].as_u64().ok_or_else(|| format!("no `{key}` in {event}"))
}

fn text(event: &Value, key: &str) -> Result<String, String> {
    event[key].as_str().map(str::to_owned).ok_or_else(|| format!("no `{key}` in {event}"))
}

/// The drawing in a file, or the first rule that it breaks.
pub(crate) fn read(file: &str) -> Result<Drawing, String> {
    let root: Value = serde_json::from_str(file).map_err(|e| e.to_string())?;
    let events = root["traceEvents"].as_array().ok_or("no list of events")?;
    let (groups, threads) = names(events)?;
    let mut drawing = Drawing::default();
    let mut ends: BTreeMap<u64, Vec<End>> = BTreeMap::new();
    for event in events {
        let (phase, pid) = (text(event, "ph")?, whole(event, "pid")?);
        let group = groups.get(&pid).ok_or_else(|| format!("group {pid} has no name"))?.clone();
        let on_thread = || {
            let tid = whole(event, "tid")?;
            let known = threads.get(&tid) == Some(&pid);
            if known { Ok(tid) } else { Err(format!("thread {tid} has no name in group {pid}")) }
        };
        match phase.as_str() {
            "M" => {}
            "X" => {
                let (begin, lasts) = (nanos(&event["ts"])?, nanos(&event["dur"])?);
                text(event, "name")?;
                let (thread, end, args) = (on_thread()?, begin + lasts, event["args"].clone());
                drawing.slices.push(Slice { group, thread, begin, end, args });
            }
            "C" => {
                let args = event["args"].as_object().ok_or("a counter without values")?;
                let value = args.get("load").and_then(Value::as_u64).ok_or("a counter without a number")?;
                drawing.loads.push((nanos(&event["ts"])?, group, value));
            }
            "i" => {
                let scope = text(event, "s")?;
                if !["t", "p", "g"].contains(&scope.as_str()) {
                    return Err(format!("{scope} is no scope of an instant"));
                }
                on_thread()?;
                text(event, "name")?;
                drawing.marks.push((nanos(&event["ts"])?, group, event["args"].clone()));
            }
            "s" | "f" => {
                if phase == "f" && event["bp"] != "e" {
                    return Err("the head of an arrow does not bind to the slice that encloses it".to_owned());
                }
                let (name, thread, at) =
                    (text(event, "name")? + &text(event, "cat")?, on_thread()?, nanos(&event["ts"])?);
                ends.entry(whole(event, "id")?).or_default().push(End { phase, name, thread, at });
            }
            other => return Err(format!("{other} is no phase that is used here")),
        }
    }
    nest(&drawing.slices)?;
    drawing.arrows = ends.into_iter().map(|(id, ends)| arrow(id, &ends, &drawing.slices)).collect::<Result<_, _>>()?;
    Ok(drawing)
}

/// Names by number.
type Names = BTreeMap<u64, String>;

/// The names of groups, and which group each thread with a name is in.
fn names(events: &[Value]) -> Result<(Names, BTreeMap<u64, u64>), String> {
    let (mut groups, mut threads) = (BTreeMap::new(), BTreeMap::new());
    for event in events.iter().filter(|event| event["ph"] == "M") {
        let (pid, tid) = (whole(event, "pid")?, whole(event, "tid")?);
        let twice = match event["name"].as_str() {
            Some("process_name") => groups.insert(pid, text(&event["args"], "name")?).is_some(),
            Some("thread_name") => {
                text(&event["args"], "name")?;
                threads.insert(tid, pid).is_some()
            }
            Some("process_sort_index" | "thread_sort_index") => whole(&event["args"], "sort_index").is_err(),
            _ => true,
        };
        if twice {
            return Err(format!("{event} is said twice, or means nothing"));
        }
    }
    Ok((groups, threads))
}

/// Slices of a thread contain each other or do not touch.
fn nest(slices: &[Slice]) -> Result<(), String> {
    let mut sorted: Vec<&Slice> = slices.iter().collect();
    sorted.sort_by_key(|s| (s.thread, s.begin, std::cmp::Reverse(s.end)));
    let mut open: Vec<&Slice> = Vec::new();
    for slice in sorted {
        open.retain(|outer| outer.thread == slice.thread && outer.end > slice.begin);
        if let Some(outer) = open.last().filter(|outer| outer.end < slice.end) {
            return Err(format!("{slice:?} begins within {outer:?} and ends after it"));
        }
        open.push(slice);
    }
    Ok(())
}

fn arrow(id: u64, ends: &[End], slices: &[Slice]) -> Result<Arrow, String> {
    let of = |phase: &str| -> Result<&End, String> {
        let mut all = ends.iter().filter(|end| end.phase == phase);
        let (first, more) = (all.next(), all.next());
        first.filter(|_| more.is_none()).ok_or_else(|| format!("arrow {id} does not have one end `{phase}`"))
    };
    let (tail, head) = (of("s")?, of("f")?);
    if tail.name != head.name || tail.at > head.at {
        return Err(format!("the ends of arrow {id} do not fit"));
    }
    let bound = |end: &End| {
        let it = slices.iter().find(|s| s.thread == end.thread && s.begin <= end.at && end.at < s.end);
        it.cloned().ok_or_else(|| format!("arrow {id} binds to no slice at {}", end.at))
    };
    let name = tail.name.trim_end_matches("move").to_owned();
    Ok(Arrow { name, from: bound(tail)?, to: bound(head)? })
}

const HEAD: &str = r#"{"traceEvents":[
    {"ph":"M","name":"process_name","pid":1,"tid":0,"args":{"name":"node 0"}},
    {"ph":"M","name":"thread_name","pid":1,"tid":7,"args":{"name":"slot 0"}}"#;

fn with(events: &str) -> Result<Drawing, String> {
    read(&format!("{HEAD},{events}]}}"))
}

#[test]
fn files_that_break_the_rules_are_refused() {
    let slice =
        |ts: &str, dur: &str| format!(r#"{{"ph":"X","name":"a","pid":1,"tid":7,"ts":{ts},"dur":{dur},"args":{{}}}}"#);
    let end = |phase: &str, ts: &str| {
        format!(r#"{{"ph":"{phase}","bp":"e","cat":"c","name":"b","id":3,"pid":1,"tid":7,"ts":{ts}}}"#)
    };
    let (a, b) = (slice("0", "2.5"), slice("2.5", "1"));
    let drawing = with(&format!("{a},{b},{},{}", end("s", "2.499"), end("f", "2.5"))).expect("it keeps the rules");
    assert_eq!((drawing.slices.len(), drawing.arrows[0].to.begin), (2, 2500));
    for (why, events) in [
        ("slices cross", format!("{a},{}", slice("2.4", "1"))),
        ("no duration", slice("0", "null")),
        ("before the start", slice("-1", "1")),
        ("an arrow without a head", format!("{a},{}", end("s", "1"))),
        ("an arrow with two tails", format!("{a},{},{},{}", end("s", "1"), end("s", "1"), end("f", "2"))),
        ("an arrow into nothing", format!("{a},{},{}", end("s", "1"), end("f", "2.5"))),
        ("an arrow back in time", format!("{a},{},{}", end("s", "2"), end("f", "1"))),
        ("a thread without a name", a.replace("\"tid\":7", "\"tid\":8")),
        ("a group without a name", a.replace("\"pid\":1", "\"pid\":2")),
        ("an instant without a scope", r#"{"ph":"i","name":"a","pid":1,"tid":7,"ts":1}"#.to_owned()),
        ("a counter of nothing", r#"{"ph":"C","name":"a","pid":1,"tid":0,"ts":1,"args":{"load":"x"}}"#.to_owned()),
    ] {
        assert!(with(&events).is_err(), "{why}");
    }
}
