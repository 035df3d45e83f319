//! Records of single runs as Parquet: the rows of their parts with their identity, typed by column.
//!
//! Only in builds with the feature `parquet`. Not here: which records there are, and their parts (`records`).

use super::records::Sort;
use super::text;
use crate::expr::Value;
use crate::file::{Cell, Experiment};
use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;
use std::io::{self, Read, Write};
use std::sync::Arc;

/// Rows that are kept in memory before they are written.
const GROUP: usize = 1 << 16;

/// Columns of whole numbers, of words and of truth values; all others hold doubles.
const COUNTS: [&str; 10] =
    ["replication", "process", "home", "node", "migrations", "load", "from", "to", "parts", "batch_size"];
const WORDS: [&str; 9] = ["experiment", "cell", "scenario", "policy", "state", "class", "metric", "method", "note"];
const FLAGS: [&str; 2] = ["measured", "must_stay"];

/// The values of a column that wait to be written.
enum Values {
    Counts(Vec<i64>),
    /// Whole numbers up to 2^64 - 1, in the bits of a signed one, as the format has them.
    Naturals(Vec<i64>),
    Doubles(Vec<f64>),
    Words(Vec<ByteArray>),
    Flags(Vec<bool>),
}

/// A column: an empty field is no value.
struct Column {
    name: String,
    values: Values,
    /// 1 for each row that has a value, else 0.
    present: Vec<i16>,
}

impl Column {
    fn named(name: &str) -> Column {
        let values = match name {
            "seed" => Values::Naturals(Vec::new()),
            _ if COUNTS.contains(&name) => Values::Counts(Vec::new()),
            _ if WORDS.contains(&name) => Values::Words(Vec::new()),
            _ if FLAGS.contains(&name) => Values::Flags(Vec::new()),
            _ => Values::Doubles(Vec::new()),
        };
        Column { name: name.to_owned(), values, present: Vec::new() }
    }

    /// A swept key: numbers where all cells have numbers.
    fn swept(experiment: &Experiment, k: usize) -> Column {
        let numbers = experiment.cells.iter().all(|c| matches!(c.keys[k].1, Value::Number(_) | Value::Missing));
        let values = if numbers { Values::Doubles(Vec::new()) } else { Values::Words(Vec::new()) };
        Column { name: experiment.swept[k].to_string(), values, present: Vec::new() }
    }

    fn schema(&self) -> Result<Arc<Type>> {
        let (physical, logical) = match self.values {
            Values::Counts(_) => (Physical::INT64, None),
            Values::Naturals(_) => (Physical::INT64, Some(LogicalType::integer(64, false))),
            Values::Doubles(_) => (Physical::DOUBLE, None),
            Values::Words(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Values::Flags(_) => (Physical::BOOLEAN, None),
        };
        let builder = Type::primitive_type_builder(&self.name, physical).with_repetition(Repetition::OPTIONAL);
        builder.with_logical_type(logical).build().map(Arc::new)
    }

    /// Takes in a field as it stands in CSV.
    fn push(&mut self, field: &str) -> io::Result<()> {
        self.present.push(i16::from(!field.is_empty()));
        if field.is_empty() {
            return Ok(());
        }
        let wrong = || io::Error::new(io::ErrorKind::InvalidData, format!("{field:?} in the column {}", self.name));
        match &mut self.values {
            Values::Counts(list) => list.push(field.parse().map_err(|_| wrong())?),
            Values::Naturals(list) => list.push(field.parse::<u64>().map_err(|_| wrong())?.cast_signed()),
            Values::Doubles(list) => list.push(field.parse().map_err(|_| wrong())?),
            Values::Words(list) => list.push(ByteArray::from(field)),
            Values::Flags(list) => list.push(field.parse().map_err(|_| wrong())?),
        }
        Ok(())
    }

    /// Writes what waits, and waits for more.
    fn write(&mut self, column: &mut SerializedColumnWriter<'_>) -> Result<()> {
        let present = Some(&self.present[..]);
        match &mut self.values {
            Values::Counts(list) | Values::Naturals(list) => {
                column.typed::<Int64Type>().write_batch(list, present, None)?;
                list.clear();
            }
            Values::Doubles(list) => {
                column.typed::<DoubleType>().write_batch(list, present, None)?;
                list.clear();
            }
            Values::Words(list) => {
                column.typed::<ByteArrayType>().write_batch(list, present, None)?;
                list.clear();
            }
            Values::Flags(list) => {
                column.typed::<BoolType>().write_batch(list, present, None)?;
                list.clear();
            }
        }
        self.present.clear();
        Ok(())
    }
}

/// A table of records that is being written.
pub(super) struct Table<W: Write + Send> {
    columns: Vec<Column>,
    writer: SerializedFileWriter<W>,
}

impl<W: Write + Send> Table<W> {
    /// Begins the table of a sort of record.
    pub(super) fn new(experiment: &Experiment, sort: Sort, out: W) -> io::Result<Table<W>> {
        let mut columns: Vec<Column> =
            ["experiment", "cell", "scenario", "policy"].into_iter().map(Column::named).collect();
        columns.extend((0..experiment.swept.len()).map(|k| Column::swept(experiment, k)));
        columns.extend(["replication", "seed"].into_iter().map(Column::named));
        columns.extend(sort.columns().iter().map(|c| Column::named(c.name)));
        let fields = columns.iter().map(Column::schema).collect::<Result<Vec<_>>>()?;
        let schema = Type::group_type_builder(sort.word()).with_fields(fields).build()?;
        let created = format!("loadlab {}", env!("CARGO_PKG_VERSION"));
        let properties = WriterProperties::builder().set_created_by(created).build();
        Ok(Table { columns, writer: SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties))? })
    }

    /// Adds the rows of a part, which are CSV without header and identity.
    pub(super) fn add(
        &mut self,
        experiment: &Experiment,
        cell: &Cell,
        replication: u64,
        part: impl Read,
    ) -> io::Result<()> {
        let mut identity = vec![experiment.name.clone(), cell.id.clone()];
        identity.extend([cell.scenario.name.clone(), cell.policy.name.clone()]);
        identity.extend(cell.keys.iter().map(|(_, value)| text(value)));
        identity.extend([replication.to_string(), experiment.replicate.seed.to_string()]);
        for row in csv::ReaderBuilder::new().has_headers(false).from_reader(part).records() {
            let row = row?;
            let fields = identity.iter().map(String::as_str).chain(row.iter());
            self.columns.iter_mut().zip(fields).try_for_each(|(column, field)| column.push(field))?;
            if self.columns[0].present.len() == GROUP {
                self.write()?;
            }
        }
        Ok(())
    }

    /// Writes the rows that wait as a group of their own.
    fn write(&mut self) -> Result<()> {
        let mut group = self.writer.next_row_group()?;
        for column in &mut self.columns {
            if let Some(mut own) = group.next_column()? {
                column.write(&mut own)?;
                own.close()?;
            }
        }
        group.close().map(drop)
    }

    /// The last rows, and the footer.
    pub(super) fn end(mut self) -> io::Result<()> {
        if !self.columns[0].present.is_empty() {
            self.write()?;
        }
        self.writer.close()?;
        Ok(())
    }
}
