//! A reader of the Paje format that refuses what pj_validate refuses, and also what is out of the order of time.
//!
//! Written from Schnorr, "Paje Trace Format", 2014: events have the fields that they were defined with; types, values and
//! containers are defined once and before they are used, and fit each other; states are popped after they were pushed;
//! a link has two ends with the same value, its key is used once, and none is open when its container ends.

use std::collections::{BTreeMap, BTreeSet};

/// A stay of a process in a slot; times are nanoseconds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stay {
    pub(crate) container: String,
    pub(crate) value: String,
    pub(crate) begin: u64,
    pub(crate) end: u64,
}

/// A way from one node to another.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) value: String,
    pub(crate) from: String,
    pub(crate) begin: u64,
    pub(crate) to: String,
    pub(crate) end: u64,
}

/// All that a file holds.
#[derive(Debug, Default)]
pub(crate) struct Held {
    pub(crate) stays: Vec<Stay>,
    pub(crate) links: Vec<Link>,
    pub(crate) loads: Vec<(u64, String, f64)>,
    pub(crate) events: usize,
}

struct Type {
    kind: &'static str,
    parent: String,
    /// The types of the containers at both ends of a link.
    ends: (String, String),
}

#[derive(Default)]
struct Container {
    kind: String,
    gone: bool,
    stack: Vec<(String, u64)>,
    /// Links within it that have begun.
    open: BTreeMap<String, Link>,
}

struct Reader {
    definitions: BTreeMap<String, (String, Vec<String>)>,
    defining: Option<(String, String, Vec<String>)>,
    types: BTreeMap<String, Type>,
    values: BTreeSet<(String, String)>,
    containers: BTreeMap<String, Container>,
    keys: BTreeSet<String>,
    now: u64,
    held: Held,
}

type Fields = BTreeMap<String, String>;

/// The fields that an event must have.
const NEEDED: [(&str, &str); 14] = [
    ("PajeDefineContainerType", "Type Name"),
    ("PajeDefineVariableType", "Type Name Color"),
    ("PajeDefineStateType", "Type Name"),
    ("PajeDefineEventType", "Type Name"),
    ("PajeDefineLinkType", "Type StartContainerType EndContainerType Name"),
    ("PajeDefineEntityValue", "Type Name Color"),
    ("PajeCreateContainer", "Time Type Container Name"),
    ("PajeDestroyContainer", "Time Type Name"),
    ("PajeSetVariable", "Time Type Container Value"),
    ("PajePushState", "Time Type Container Value"),
    ("PajePopState", "Time Type Container"),
    ("PajeStartLink", "Time Type Container Value StartContainer Key"),
    ("PajeEndLink", "Time Type Container Value EndContainer Key"),
    ("PajeNewEvent", "Time Type Container Value"),
];

/// What a file holds, or the first line that breaks a rule.
pub(crate) fn read(file: &str) -> Result<Held, String> {
    let root = Type { kind: "container", parent: String::new(), ends: Default::default() };
    let mut reader = Reader {
        definitions: BTreeMap::new(),
        defining: None,
        types: BTreeMap::from([("0".to_owned(), root)]),
        values: BTreeSet::new(),
        containers: BTreeMap::from([("0".to_owned(), Container { kind: "0".to_owned(), ..Container::default() })]),
        keys: BTreeSet::new(),
        now: 0,
        held: Held::default(),
    };
    for (k, line) in file.lines().enumerate() {
        reader.line(line).map_err(|e| format!("line {}: {e}: {line}", k + 1))?;
    }
    let alive = reader.containers.iter().filter(|(name, c)| *name != "0" && !c.gone).map(|(name, _)| name.clone());
    let alive: Vec<String> = alive.collect();
    if alive.is_empty() { Ok(reader.held) } else { Err(format!("{alive:?} are never destroyed")) }
}

fn words(line: &str) -> Vec<String> {
    let mut all = Vec::new();
    for (k, part) in line.split('"').enumerate() {
        match k % 2 {
            1 => all.push(part.to_owned()),
            _ => all.extend(part.split_whitespace().map(str::to_owned)),
        }
    }
    all
}

fn nanos(text: &str) -> Result<u64, String> {
    let (whole, part) = text.split_once('.').ok_or_else(|| format!("{text} is no date"))?;
    let digits = format!("{whole}{part:0<9}");
    digits.parse().map_err(|_| format!("{text} is no date"))
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), String> {
        let Some(header) = line.strip_prefix('%') else { return self.event(&words(line)) };
        match (words(header).as_slice(), self.defining.take()) {
            ([mark, name, id], None) if mark == "EventDef" => {
                self.defining = Some((name.clone(), id.clone(), Vec::new()));
                Ok(())
            }
            ([mark], Some((name, id, fields))) if mark == "EndEventDef" => {
                let needed = NEEDED.iter().find(|(event, _)| *event == name).ok_or("no event of the format")?.1;
                let missing = needed.split(' ').find(|field| !fields.iter().any(|own| own == field));
                if let Some(field) = missing {
                    return Err(format!("{name} without {field}"));
                }
                let twice = self.definitions.insert(id, (name, fields)).is_some();
                if twice { Err("a number of an event is used twice".to_owned()) } else { Ok(()) }
            }
            ([field, kind], Some((name, id, mut fields))) => {
                if !["string", "date", "double", "color", "int", "hex"].contains(&kind.as_str()) {
                    return Err("no type of a field".to_owned());
                }
                fields.push(field.clone());
                self.defining = Some((name, id, fields));
                Ok(())
            }
            _ => Err("no part of a header".to_owned()),
        }
    }

    fn event(&mut self, words: &[String]) -> Result<(), String> {
        let [id, values @ ..] = words else { return Err("an empty line".to_owned()) };
        let (name, fields) = self.definitions.get(id).ok_or("an event that is not defined")?.clone();
        if fields.len() != values.len() {
            return Err(format!("{} fields instead of {}", values.len(), fields.len()));
        }
        let f: Fields = fields.into_iter().zip(values.iter().cloned()).collect();
        if let Some(time) = f.get("Time") {
            let time = nanos(time)?;
            if time < self.now {
                return Err("out of the order of time".to_owned());
            }
            self.now = time;
        }
        match name.as_str() {
            "PajeDefineContainerType" => self.define("container", &f),
            "PajeDefineVariableType" => self.define("variable", &f),
            "PajeDefineStateType" => self.define("state", &f),
            "PajeDefineEventType" => self.define("event", &f),
            "PajeDefineLinkType" => self.define("link", &f),
            "PajeDefineEntityValue" => self.value(&f),
            "PajeCreateContainer" => self.create(&f),
            "PajeDestroyContainer" => self.destroy(&f),
            _ => self.happen(&name, &f),
        }
    }

    fn define(&mut self, kind: &'static str, f: &Fields) -> Result<(), String> {
        let alias = f.get("Alias").unwrap_or(&f["Name"]).clone();
        let mut containers =
            [Some(&f["Type"]), f.get("StartContainerType"), f.get("EndContainerType")].into_iter().flatten();
        if containers.any(|c| self.types.get(c).is_none_or(|t| t.kind != "container")) {
            return Err("no type of containers".to_owned());
        }
        let end = |key: &str| f.get(key).cloned().unwrap_or_default();
        let ends = (end("StartContainerType"), end("EndContainerType"));
        let twice = self.types.insert(alias, Type { kind, parent: f["Type"].clone(), ends }).is_some();
        if twice { Err("a type is defined twice".to_owned()) } else { Ok(()) }
    }

    fn value(&mut self, f: &Fields) -> Result<(), String> {
        let of = self.types.get(&f["Type"]).ok_or("no such type")?;
        if ["container", "variable"].contains(&of.kind) {
            return Err("a type that has no values".to_owned());
        }
        let parts: Vec<Option<f64>> = f["Color"].split(' ').map(|part| part.parse().ok()).collect();
        if parts.len() != 3 || !parts.iter().all(|part| part.is_some_and(|x| (0.0..=1.0).contains(&x))) {
            return Err("no colour".to_owned());
        }
        let alias = f.get("Alias").unwrap_or(&f["Name"]).clone();
        let new = self.values.insert((f["Type"].clone(), alias));
        if new { Ok(()) } else { Err("a value is defined twice".to_owned()) }
    }

    fn create(&mut self, f: &Fields) -> Result<(), String> {
        let of = self.types.get(&f["Type"]).filter(|t| t.kind == "container").ok_or("no such type of containers")?;
        let within = self.containers.get(&f["Container"]).filter(|c| !c.gone).ok_or("no such container")?;
        if of.parent != within.kind {
            return Err("a container of a type that has no place there".to_owned());
        }
        let new = Container { kind: f["Type"].clone(), ..Container::default() };
        let twice = self.containers.insert(f.get("Alias").unwrap_or(&f["Name"]).clone(), new).is_some();
        if twice { Err("a container is made twice".to_owned()) } else { Ok(()) }
    }

    fn destroy(&mut self, f: &Fields) -> Result<(), String> {
        let it = self.containers.get_mut(&f["Name"]).filter(|c| !c.gone).ok_or("no such container")?;
        it.gone = true;
        match () {
            () if it.kind != f["Type"] => Err("the wrong type".to_owned()),
            () if !it.stack.is_empty() => Err("a process is left in it".to_owned()),
            () if !it.open.is_empty() => Err("a link is left open in it".to_owned()),
            () => Ok(()),
        }
    }

    /// Something happens in a container.
    fn happen(&mut self, name: &str, f: &Fields) -> Result<(), String> {
        let (now, container, kind) = (self.now, &f["Container"], &f["Type"]);
        let of = self.types.get(kind).ok_or("no such type")?;
        let value = |values: &BTreeSet<(String, String)>| {
            let known = values.contains(&(kind.clone(), f["Value"].clone()));
            if known { Ok(f["Value"].clone()) } else { Err("a value that is not defined".to_owned()) }
        };
        let it = self.containers.get_mut(container).filter(|c| !c.gone).ok_or("no such container")?;
        let wanted = match name {
            "PajeSetVariable" => "variable",
            "PajePushState" | "PajePopState" => "state",
            "PajeNewEvent" => "event",
            _ => "link",
        };
        if of.kind != wanted || of.parent != it.kind {
            return Err("a type that has no place there".to_owned());
        }
        match name {
            "PajeSetVariable" => {
                let x = f["Value"].parse().map_err(|_| "no number")?;
                self.held.loads.push((now, container.clone(), x));
            }
            "PajePushState" => it.stack.push((value(&self.values)?, now)),
            "PajePopState" => {
                let (value, begin) = it.stack.pop().ok_or("nothing to pop")?;
                self.held.stays.push(Stay { container: container.clone(), value, begin, end: now });
            }
            "PajeNewEvent" => {
                value(&self.values)?;
                self.held.events += 1;
            }
            _ => {
                let value = value(&self.values)?;
                return self.link(f, value);
            }
        }
        Ok(())
    }

    fn link(&mut self, f: &Fields, value: String) -> Result<(), String> {
        let ends = self.types[&f["Type"]].ends.clone();
        let (starts, key) = (f.contains_key("StartContainer"), f["Key"].clone());
        let (node, wanted) = if starts { (&f["StartContainer"], ends.0) } else { (&f["EndContainer"], ends.1) };
        if self.containers.get(node).is_none_or(|c| c.kind != wanted || c.gone) {
            return Err("an end at no container of the type".to_owned());
        }
        let open = &mut self.containers.get_mut(&f["Container"]).ok_or("no such container")?.open;
        if starts {
            let link = Link { value, from: node.clone(), begin: self.now, to: String::new(), end: 0 };
            let new = self.keys.insert(key.clone());
            open.insert(key, link);
            return if new { Ok(()) } else { Err("a key is used twice".to_owned()) };
        }
        let link = open.remove(&key).filter(|link| link.value == value).ok_or("no such link was begun")?;
        self.held.links.push(Link { to: node.clone(), end: self.now, ..link });
        Ok(())
    }
}

#[test]
fn files_that_break_the_rules_are_refused() {
    let header = "%EventDef PajeDefineContainerType 0\n% Alias string\n% Type string\n% Name string\n%EndEventDef\n\
                  %EventDef PajeDefineStateType 1\n% Alias string\n% Type string\n% Name string\n%EndEventDef\n\
                  %EventDef PajeDefineEntityValue 2\n% Alias string\n% Type string\n% Name string\n% Color color\n\
                  %EndEventDef\n\
                  %EventDef PajeCreateContainer 3\n% Time date\n% Alias string\n% Type string\n% Container string\n\
                  % Name string\n%EndEventDef\n\
                  %EventDef PajePushState 4\n% Time date\n% Type string\n% Container string\n% Value string\n\
                  %EndEventDef\n%EventDef PajePopState 5\n% Time date\n% Type string\n% Container string\n%EndEventDef\n\
                  %EventDef PajeDestroyContainer 6\n% Time date\n% Type string\n% Name string\n%EndEventDef\n";
    let body = [
        "0 N 0 node",
        "1 P N process",
        "2 p P \"process 1\" \"0 0.5 1\"",
        "3 1.0 n N 0 \"node 1\"",
        "4 2.0 P n p",
        "5 3.5 P n",
        "6 4.0 N n",
    ];
    let held = read(&format!("{header}{}\n", body.join("\n"))).expect("it keeps the rules");
    assert_eq!((held.stays[0].begin, held.stays[0].end), (2_000_000_000, 3_500_000_000));
    for (why, line, instead) in [
        ("a type is missing", 0, "0 M 0 node"),
        ("a value is missing", 2, "2 q P \"process 1\" \"0 0.5 1\""),
        ("a value of containers", 2, "2 p N \"process 1\" \"0 0.5 1\""),
        ("no colour", 2, "2 p P \"process 1\" \"0 0.5\""),
        ("no such container", 3, "3 1.0 m N 0 \"node 1\""),
        ("out of order", 4, "4 0.5 P n p"),
        ("a field is missing", 4, "4 2.0 P n"),
        ("nothing is pushed", 4, "5 2.0 P n"),
        ("nothing is popped", 5, "4 2.0 P n p"),
        ("never destroyed", 6, "4 4.0 P n p"),
    ] {
        let mut body = body;
        body[line] = instead;
        assert!(read(&format!("{header}{}\n", body.join("\n"))).is_err(), "{why}");
    }
}
