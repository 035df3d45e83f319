//! The migration-cost calculator: one process, one network, every mechanism.
//!
//! Not here: the command line (`cli::cost`), what published systems measured (`systems`).

use crate::file::diagnostic::nearest;
use crate::file::units::{self, Dimension};
use loadlab_core::mechanism::{
    Checkpoint, Costs, HotSet, Image, Mechanism, Plan, Reference, Rules, Timeline, Wires, Writes, timeline,
};
use toml::de::{DeTable, DeValue};

/// Everything that a calculation needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setting {
    /// Costs, image and wires; the plan is replaced by each mechanism's own.
    base: Mechanism,
    hot: HotSet,
    checkpoint: Checkpoint,
    reference: Reference,
    few_pages: f64,
    rounds: f64,
    /// CPU seconds that the process has still to receive.
    life: f64,
}

/// A process of 8 MiB on a network of 10 Mbit/s, with control costs of the size of Sprite's.
impl Default for Setting {
    fn default() -> Self {
        let image = Image {
            memory: 8.0 * 1024.0 * 1024.0,
            dirty: 0.3,
            touched: 0.4,
            touch_time: 5.0,
            regions: 5.0,
            files: 4.0,
            ..Image::default()
        };
        let costs = Costs {
            select: 0.036,
            setup: 0.09,
            fixed: 0.076,
            per_file: 0.0094,
            per_region: 0.002,
            switch: 0.023,
            fault_cpu: 0.002,
            ..Costs::default()
        };
        let wires = Wires { bandwidth: 1.25e6, server: 1.25e6, latency: 1e-3 };
        Setting {
            base: Mechanism { plan: Plan::EagerAll, costs, image, wires },
            hot: HotSet { size: 80e3, time: 0.4 },
            checkpoint: Checkpoint { cycle: 0.0, write: f64::INFINITY, read: f64::INFINITY, start: 0.0 },
            reference: Reference { hits: 0.5, ..Reference::default() },
            few_pages: 10.0,
            rounds: 30.0,
            life: 60.0,
        }
    }
}

/// What a key measures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measure {
    /// A quantity with a unit; whether it must be above 0.
    Quantity(Dimension, bool),
    /// A number of at least 0.
    Number,
    /// A number from 0 to 1.
    Fraction,
}

/// One key of a setting.
pub struct Key {
    /// What it is called.
    pub name: &'static str,
    /// What it measures.
    pub measure: Measure,
    place: fn(&mut Setting) -> &mut f64,
}

const fn key(name: &'static str, measure: Measure, place: fn(&mut Setting) -> &mut f64) -> Key {
    Key { name, measure, place }
}

const SECONDS: Measure = Measure::Quantity(Dimension::Duration, false);
const LASTING: Measure = Measure::Quantity(Dimension::Duration, true);
const BYTES: Measure = Measure::Quantity(Dimension::Size, false);
const RATE: Measure = Measure::Quantity(Dimension::Bandwidth, true);

/// The keys of a setting, as in the tables of mechanisms and networks.
pub const KEYS: &[Key] = &[
    key("memory", Measure::Quantity(Dimension::Size, true), |s| &mut s.base.image.memory),
    key("page_size", Measure::Quantity(Dimension::Size, true), |s| &mut s.base.image.page),
    key("dirty_fraction", Measure::Fraction, |s| &mut s.base.image.dirty),
    key("working_set", BYTES, |s| &mut s.hot.size),
    key("write_time", LASTING, |s| &mut s.hot.time),
    key("touched_fraction", Measure::Fraction, |s| &mut s.base.image.touched),
    key("touch_time", LASTING, |s| &mut s.base.image.touch_time),
    key("regions", Measure::Number, |s| &mut s.base.image.regions),
    key("files", Measure::Number, |s| &mut s.base.image.files),
    key("channels", Measure::Number, |s| &mut s.base.image.channels),
    key("kernel_state", BYTES, |s| &mut s.base.image.kernel_state),
    key("life", LASTING, |s| &mut s.life),
    key("bandwidth", RATE, |s| &mut s.base.wires.bandwidth),
    key("server_bandwidth", RATE, |s| &mut s.base.wires.server),
    key("latency", SECONDS, |s| &mut s.base.wires.latency),
    key("select", SECONDS, |s| &mut s.base.costs.select),
    key("setup", SECONDS, |s| &mut s.base.costs.setup),
    key("fixed", SECONDS, |s| &mut s.base.costs.fixed),
    key("per_file", SECONDS, |s| &mut s.base.costs.per_file),
    key("per_channel", SECONDS, |s| &mut s.base.costs.per_channel),
    key("per_region", SECONDS, |s| &mut s.base.costs.per_region),
    key("switch", SECONDS, |s| &mut s.base.costs.switch),
    key("fault_cpu", SECONDS, |s| &mut s.base.costs.fault_cpu),
    key("copy_rate", RATE, |s| &mut s.base.costs.copy_rate),
    key("source_rate", RATE, |s| &mut s.base.costs.source_rate),
    key("target_rate", RATE, |s| &mut s.base.costs.target_rate),
    key("prefetch", Measure::Number, |s| &mut s.reference.prefetch),
    key("hit_ratio", Measure::Fraction, |s| &mut s.reference.hits),
    key("few_pages", Measure::Number, |s| &mut s.few_pages),
    key("rounds", Measure::Number, |s| &mut s.rounds),
    key("cycle", SECONDS, |s| &mut s.checkpoint.cycle),
    key("write_rate", RATE, |s| &mut s.checkpoint.write),
    key("read_rate", RATE, |s| &mut s.checkpoint.read),
    key("start", SECONDS, |s| &mut s.checkpoint.start),
];

impl Key {
    /// The key of a name, or what to say.
    pub fn named(name: &str) -> Result<&'static Key, String> {
        let names: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
        let near = nearest(name, &names).map_or(String::new(), |near| format!(", did you mean `{near}`?"));
        KEYS.iter().find(|key| key.name == name).ok_or_else(|| format!("there is no key `{name}`{near}"))
    }

    /// Reads a value: a plain number in base units, or text with a unit.
    pub fn value(&self, text: &str) -> Result<f64, String> {
        let wrong = |how: &str| format!("`{}` is {text:?}: it must be {how}", self.name);
        let plain = text.trim().parse::<f64>().ok();
        let (value, how, low, high) = match self.measure {
            Measure::Quantity(dimension, positive) => {
                let value = plain.map_or_else(|| units::parse(text, dimension).ok(), Some);
                (value, dimension.how(), if positive { f64::MIN_POSITIVE } else { 0.0 }, f64::MAX)
            }
            Measure::Number => (plain, "a number of at least 0", 0.0, f64::MAX),
            Measure::Fraction => (plain, "a number between 0 and 1", 0.0, 1.0),
        };
        let value = value.ok_or_else(|| wrong(how))?;
        if value >= low && value <= high { Ok(value) } else { Err(wrong(&format!("{how}, in range"))) }
    }

    /// The unit of its plain values.
    pub fn unit(&self) -> &'static str {
        match self.measure {
            Measure::Quantity(Dimension::Duration, _) => "s",
            Measure::Quantity(Dimension::Size, _) => "bytes",
            Measure::Quantity(Dimension::Bandwidth, _) => "bytes/s",
            Measure::Number | Measure::Fraction => "",
        }
    }
}

/// A mechanism of the table.
pub struct Row {
    /// What it is called.
    pub name: &'static str,
    /// What it costs.
    pub timeline: Timeline,
}

impl Setting {
    /// The same process and network, without any cost that a system would state.
    pub fn without_costs(self) -> Setting {
        let image = Image { regions: 0.0, files: 0.0, ..self.base.image };
        Setting { base: Mechanism { costs: Costs::default(), image, ..self.base }, ..self }
    }

    /// Sets one key.
    pub fn set(&mut self, name: &str, text: &str) -> Result<(), String> {
        let key = Key::named(name)?;
        *(key.place)(self) = key.value(text)?;
        Ok(())
    }

    /// The same with a key at a value.
    pub fn with(&self, key: &Key, value: f64) -> Setting {
        let mut changed = *self;
        *(key.place)(&mut changed) = value;
        changed
    }

    /// The value of a key.
    pub fn get(&self, key: &Key) -> f64 {
        *(key.place)(&mut self.clone())
    }

    /// Sets what a flat TOML table says.
    pub fn read(&mut self, text: &str) -> Result<(), String> {
        let table = DeTable::parse(text).map_err(|e| e.to_string().trim_end().to_owned())?;
        for (name, value) in table.get_ref() {
            match value.get_ref() {
                DeValue::String(text) => self.set(name.get_ref(), text)?,
                DeValue::Integer(n) => self.set(name.get_ref(), n.as_str())?,
                DeValue::Float(x) => self.set(name.get_ref(), x.as_str())?,
                _ => return Err(format!("`{}` must be a number, or text with a unit", name.get_ref())),
            }
        }
        Ok(())
    }

    /// Every mechanism's costs.
    pub fn rows(&self) -> Vec<Row> {
        let limit = Rules { few_pages: self.few_pages, rounds: self.rounds as u32, ..Rules::LIMIT };
        let push = Reference { push: true, ..self.reference };
        let hybrid = Rules { rounds: 1, then_push: true, ..Rules::LIMIT };
        let plans = [
            ("eager-all", Plan::EagerAll),
            ("eager-dirty", Plan::EagerDirty),
            ("copy-on-reference", Plan::CopyOnReference(self.reference)),
            ("post-copy", Plan::CopyOnReference(push)),
            ("flushing", Plan::Flushing),
            ("precopy", Plan::Precopy(limit)),
            ("precopy xen-2005", Plan::Precopy(Rules::XEN_2005)),
            ("precopy xen-2017", Plan::Precopy(Rules::XEN_2017)),
            ("precopy qemu", Plan::Precopy(Rules::QEMU)),
            ("hybrid", Plan::Precopy(hybrid)),
            ("freeze-free", Plan::FreezeFree { pages: 3.0 }),
            ("checkpoint-restart", Plan::Checkpoint(self.checkpoint)),
            ("remote-execution", Plan::RemoteExecution { arguments: 0.0 }),
        ];
        plans.map(|(name, plan)| Row { name, timeline: timeline(&self.mechanism(plan), self.life) }).into()
    }

    fn mechanism(&self, plan: Plan) -> Mechanism {
        let size = self.hot.size.min(self.base.image.memory);
        let writes = Writes::Sets([HotSet { size, ..self.hot }, HotSet::default(), HotSet::default()]);
        Mechanism { plan, image: Image { writes, ..self.base.image }, ..self.base }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_takes_units_and_refuses_what_is_out_of_range() {
        let mut setting = Setting::default();
        assert_eq!(setting.read("memory = \"2MB\"\nfiles = 4\ndirty_fraction = 0.3"), Ok(()));
        assert_eq!(setting.base.image.memory, 2e6);
        for (name, text) in [("memory", "0"), ("memory", "2s"), ("dirty_fraction", "1.1"), ("files", "nan")] {
            assert!(setting.set(name, text).is_err(), "{name} = {text}");
        }
        assert!(setting.set("memry", "1").unwrap_err().contains("`memory`"));
    }

    #[test]
    fn every_row_moves_or_says_that_it_gave_up() {
        let rows = Setting::default().rows();
        assert_eq!(rows.len(), 13);
        assert!(rows.iter().all(|row| row.timeline.initial >= row.timeline.freeze && row.timeline.bytes.is_finite()));
    }
}
