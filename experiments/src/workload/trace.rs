//! Traces and generators as workloads: found, verified and surveyed once, then replayed in every replication.

use super::chain::{Boxed, Chain, Draw, Reading};
use super::fields::Problem;
use super::format::Format;
use super::place::{self, Place};
use loadlab_core::Source;
use loadlab_core::law::Law;
use loadlab_core::spec::Args;
use loadlab_workloads::trace::follow::{Following, Links};
use loadlab_workloads::trace::ops::{By, Scaling, draw_memory};
use loadlab_workloads::trace::source::{Replay, Survey};
use loadlab_workloads::trace::{Account, Step};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// What a `workload` table says of a trace.
#[derive(Clone, Debug)]
pub struct Trace {
    format: Format,
    path: Option<String>,
    sha256: Option<String>,
    /// Whether a generator takes the place of a file that is not at hand.
    stand_in: bool,
    reading: Reading,
    chain: Chain,
}

/// The draw by which a workload is surveyed.
const FIRST: Draw = Draw { seed: 0, replication: 0 };

impl Trace {
    /// From a checked table.
    pub(super) fn new(args: &Args, format: Format) -> Result<Self, String> {
        let chain = Chain::new(args, format.nature())?;
        let file = format.has_file();
        if format.varies() && chain.load().is_some() {
            return Err("`offered_load` brings one trace to a load: name one `run`".to_owned());
        }
        let reading = match file {
            true => Reading { max_bytes: args.number("max_decompressed") as u64, strict: args.flag("strict") },
            false => Reading { max_bytes: 0, strict: false },
        };
        let text = |key: &str| args.maybe_text(key).filter(|_| file).map(str::to_owned);
        let stand_in = format.stand_in().is_some() && args.flag("stand_in");
        Ok(Trace { path: text("path"), sha256: text("sha256"), stand_in, format, reading, chain })
    }

    /// The path of its file as it is written; a generator has none.
    pub(super) fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// What replaces it where its file is not at hand: the generator, if the table allows that.
    pub(super) fn replacement(&self, place: &Place) -> Option<Trace> {
        let missing = self.stand_in && self.find(place).is_err();
        let format = self.format.stand_in().filter(|_| missing)?;
        Some(Trace { format, path: None, sha256: None, ..self.clone() })
    }

    /// Its file. Whether it is the one that was meant, [`Trace::accepts`] says.
    pub(super) fn find(&self, place: &Place) -> Result<PathBuf, String> {
        place.find(self.path.as_deref().unwrap_or_default(), self.format.nature().source)
    }

    /// Whether a file of this SHA-256 is the one that was meant.
    pub(super) fn accepts(&self, hash: &str) -> bool {
        self.sha256.as_ref().is_none_or(|expected| hash.eq_ignore_ascii_case(expected.trim()))
    }

    /// Finds the file, verifies it and surveys it on so many nodes of this capacity. All that can be wrong with it is
    /// found here.
    pub fn open(&self, place: &Place, nodes: u32, capacity: f64) -> Result<Replayed, String> {
        if let Some(generator) = self.replacement(place) {
            let replayed = generator.open(place, nodes, capacity)?;
            return Ok(Replayed { stands_in: true, ..replayed });
        }
        let path = self.path.is_some().then(|| self.find(place)).transpose()?;
        if let (Some(path), Some(expected)) = (&path, &self.sha256) {
            let found = place::hash(path)?;
            if !self.accepts(&found) {
                return Err(format!(
                    "the SHA-256 of {} is {found}, not {expected}: this is another file",
                    path.display()
                ));
            }
        }
        let found = Found { plan: self.clone(), path, nodes, capacity };
        let surveyed = found.survey().map_err(|sentence| match &found.path {
            Some(path) => format!("{}: {sentence}", path.display()),
            None => sentence,
        });
        let (scaling, survey, links) = surveyed?;
        Ok(Replayed { found, scaling, survey, links, stands_in: false, programs: OnceLock::new() })
    }
}

/// A trace whose file, if it has one, is the right one, on so many nodes.
#[derive(Clone, Debug)]
struct Found {
    plan: Trace,
    path: Option<PathBuf>,
    nodes: u32,
    capacity: f64,
}

/// What brings a trace to its load, what it holds, and who follows whom where that is to be kept.
type Surveyed = (Option<Scaling>, Survey, Option<Arc<Links>>);

impl Found {
    fn survey(&self) -> Result<Surveyed, String> {
        let problem = Problem::default();
        let scaling = self.scaling(FIRST, &problem)?;
        // Classes are those of all parts that some replication may replay.
        let format = if self.plan.format.varies() { self.plan.format.whole() } else { self.plan.format.clone() };
        let survey = |draw| -> Result<Survey, String> {
            let trace = self.plan.chain.vary(self.prepare(&format, FIRST, &problem)?, scaling, draw)?;
            let survey = Survey::of(trace, self.nodes);
            problem.check()?;
            survey
        };
        let mut found = survey(None)?;
        if self.plan.chain.resamples() {
            // Classes are those of the whole trace; the account is that of a replication.
            found.account = survey(Some(FIRST))?.account;
        }
        if !self.plan.chain.follows() {
            return Ok((scaling, found, None));
        }
        let links = Links::of(|| self.prepared(FIRST, &problem))?;
        let what = format!("{} wait for others, {} name none that is there", links.waiting, links.missing);
        let after = found.account.result();
        found.account.steps.push(Step { what, read: after.processes, after, capacity_factor: 1.0 });
        Ok((scaling, found, Some(Arc::new(links))))
    }

    /// The trace up to its homes.
    fn prepared(&self, draw: Draw, problem: &Problem) -> Result<Boxed, String> {
        self.prepare(&self.plan.format, draw, problem)
    }

    fn prepare(&self, format: &Format, draw: Draw, problem: &Problem) -> Result<Boxed, String> {
        let file = self.path.as_deref().map(|path| (path, &self.plan.reading));
        let trace = format.start(file, draw)?;
        self.plan.chain.prepare(trace, self.nodes, draw, problem)
    }

    /// Every program of the whole file: CPU seconds, and how often it occurs.
    fn programs(&self) -> Result<Programs, String> {
        let file = self.path.as_deref().map(|path| (path, &self.plan.reading));
        let mut seen = Programs::new();
        for record in self.plan.format.whole().start(file, FIRST)? {
            let record = record.map_err(|error| error.to_string())?;
            let Some(program) = &record.program else { continue };
            let (work, count) = seen.entry(program.to_string()).or_default();
            (*work, *count) = (*work + record.lifetime, *count + 1);
        }
        Ok(seen)
    }

    /// What brings the trace to the load that is wanted, if one is; found by one pass over it.
    fn scaling(&self, draw: Draw, problem: &Problem) -> Result<Option<Scaling>, String> {
        let Some((target, by)) = self.plan.chain.load() else { return Ok(None) };
        let mut trace = self.prepared(draw, problem)?;
        if let Some(error) = trace.by_ref().find_map(Result::err) {
            return Err(error.to_string());
        }
        let tally = trace.account().result();
        let none = "its processes arrive at one instant or live for 0 s, so it has no load that could be changed";
        Scaling::to(target, by, &tally, self.capacity).map(Some).ok_or_else(|| none.to_owned())
    }
}

/// A trace that can be replayed.
#[derive(Clone, Debug)]
pub struct Replayed {
    found: Found,
    scaling: Option<Scaling>,
    survey: Survey,
    /// Who follows whom, where that is to be kept.
    links: Option<Arc<Links>>,
    stands_in: bool,
    /// Read when somebody asks.
    programs: OnceLock<Result<Programs, String>>,
}

/// CPU seconds and number of processes of each program.
type Programs = BTreeMap<String, (f64, u64)>;

impl Replayed {
    /// Whether it is a generator in the place of a file that is not at hand.
    pub fn stands_in(&self) -> bool {
        self.stands_in
    }

    /// The programs of the longest mean lifetime among those that occur at least `count` times, the longest first, in
    /// the whole file: all runs of it, whichever of them is replayed.
    pub fn longest(&self, programs: usize, count: u64) -> Result<Vec<String>, String> {
        let known = self.programs.get_or_init(|| self.found.programs()).as_ref().map_err(String::clone)?;
        let common = known.iter().filter(|(_, (_, n))| *n >= count);
        let mut means: Vec<(&String, f64)> = common.map(|(name, (work, n))| (name, work / *n as f64)).collect();
        // Equal means stay in the order of the names.
        means.sort_by(|a, b| b.1.total_cmp(&a.1));
        Ok(means.into_iter().take(programs).map(|(name, _)| name.clone()).collect())
    }

    /// What the survey found.
    pub fn survey(&self) -> &Survey {
        &self.survey
    }

    /// What became of every line and every process. Of a trace that is resampled or generated: in one draw.
    pub fn account(&self) -> &Account {
        &self.survey.account
    }

    /// The capacity of the nodes, to which offered loads refer.
    pub fn capacity(&self) -> f64 {
        self.found.capacity
    }

    /// By how much the speed of all nodes is to be multiplied.
    pub fn capacity_factor(&self) -> f64 {
        self.scaling.filter(|scaling| scaling.by == By::Capacity).map_or(1.0, |scaling| scaling.factor)
    }

    /// Starts the trace of one replication. A generated one is brought to its load on its own; only where the nodes are
    /// scaled, all replications share the factor of the survey.
    pub fn source(&self, seed: u64, replication: u64) -> Result<Box<dyn Source>, String> {
        self.start(seed, replication, None)
    }

    /// The same, with the memory of processes drawn where the trace does not record it.
    pub fn source_with_memory(
        &self,
        seed: u64,
        replication: u64,
        law: &Arc<dyn Law>,
    ) -> Result<Box<dyn Source>, String> {
        self.start(seed, replication, Some(law))
    }

    fn start(&self, seed: u64, replication: u64, law: Option<&Arc<dyn Law>>) -> Result<Box<dyn Source>, String> {
        let (draw, problem) = (Draw { seed, replication }, Problem::default());
        let own = self.found.plan.format.generates() && self.capacity_factor() == 1.0;
        let scaling = if own { self.found.scaling(draw, &problem)? } else { self.scaling };
        let trace = || -> Result<Boxed, String> {
            let trace = self.found.plan.chain.vary(self.found.prepared(draw, &problem)?, scaling, Some(draw))?;
            Ok(match law {
                Some(law) => Box::new(draw_memory(trace, law.clone(), draw.stream("memory"))),
                None => trace,
            })
        };
        let survey = &Survey { attributes: self.survey.attributes || law.is_some(), ..self.survey.clone() };
        Ok(match &self.links {
            Some(links) => Box::new(Following::new(trace()?, trace()?, survey, links.clone(), self.found.nodes)?),
            None => Box::new(Replay::new(trace()?, survey, self.found.nodes)),
        })
    }

    /// The trace as it is replayed where nothing is resampled, for a summary.
    pub(super) fn trace(&self) -> Result<Boxed, String> {
        self.found.plan.chain.vary(self.found.prepared(FIRST, &Problem::default())?, self.scaling, None)
    }

    /// What the trace is called.
    pub(super) fn name(&self) -> String {
        let file = self.found.path.as_ref().and_then(|path| path.file_name());
        file.map_or_else(|| self.account().format.to_owned(), |name| name.to_string_lossy().into_owned())
    }
}
