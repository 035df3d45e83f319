//! Programs of several processes: those that wait for each other, those that are kept apart, and logs that say who
//! follows whom.

use super::*;
use loadlab::model::Model;
use loadlab_core::process::Attributes;
use loadlab_policies::POLICIES;
use std::collections::BTreeMap;

#[test]
fn stages_wait_for_each_other_and_a_link_step_comes_last() {
    // One program at a time: 2 compile steps of 1 s share a node and take 2 s, the link step of 3 s follows.
    let table = "lifetime = 1.0\noffered_load = 0.001\narrivals = \"deterministic\"\n\
                 workload = { kind = \"stages\", stages = [{ count = 2 }, { count = 1, lifetime = 3.0 }] }\n\
                 horizon = { processes = 30 }\n";
    let workload = workload(table, 1, &Place::default()).expect("a good scenario");
    let mut scenario = world(1);
    scenario.window.processes = Some(30);
    let mut rows = Table::default();
    run(&workload, &scenario, &NoSharing, 0, &mut rows);
    let text = rows.text();
    let responses: Vec<f64> =
        text.lines().skip(1).map(|row| row.rsplit(',').next().expect("a column").parse().expect("a number")).collect();
    assert_eq!(responses.len(), 30);
    assert!(responses.chunks(3).all(|p| (p[0] - 2.0).abs() < 1e-9 && (p[2] - 3.0).abs() < 1e-9), "{responses:?}");
}

#[test]
fn a_program_of_n_exponential_tasks_on_idle_nodes_takes_their_mean_times_the_nth_harmonic_number() {
    // The longest of n exponential lifetimes of mean 1 has mean 1 + 1/2 + ... + 1/n; after two such stages, which a
    // barrier separates, a program has taken twice that (David and Nagaraja, Order Statistics, 2003, section 2.5).
    let (n, programs) = (4, 1000);
    let table = format!(
        "lifetime = {{ kind = \"exponential\", mean = 1.0 }}\noffered_load = 0.0001\narrivals = \"deterministic\"\n\
         workload = {{ kind = \"stages\", stages = [{{ count = {n} }}], repeat = 2, homes = \"spread\" }}\n\
         horizon = {{ processes = 10 }}\n"
    );
    let workload = workload(&table, n, &Place::default()).expect("a good scenario");
    let mut scenario = world(n);
    let tasks = 2 * n as usize;
    scenario.window.processes = Some((programs * tasks) as u64);
    let mut rows = Table::default();
    let outcome = run(&workload, &scenario, &NoSharing, 0, &mut rows);
    let number = |text: &str| text.parse::<f64>().expect("a number");
    let text = rows.text();
    let spans: Vec<(f64, f64)> = text
        .lines()
        .skip(1)
        .map(|row| row.split(',').collect::<Vec<_>>())
        .map(|fields| (number(fields[3]), number(fields[3]) + number(fields[7])))
        .collect();
    assert_eq!(spans.len(), programs * tasks);
    let took = |program: &[(f64, f64)]| program.iter().map(|s| s.1).fold(0.0, f64::max) - program[0].0;
    let harmonic: f64 = (1..=n).map(|k| 1.0 / f64::from(k)).sum();
    let took: Vec<f64> = spans.chunks(tasks).map(took).collect();
    agrees("two stages", &took, 2.0 * harmonic);
    // What the engine measures is what the record of the processes says.
    let measured = outcome.programs.response;
    let sum: f64 = took.iter().sum();
    assert_eq!((measured.count, outcome.programs.unfinished), (programs as u64, 0));
    assert!((measured.sum / sum - 1.0).abs() < 1e-9, "{} and {sum}", measured.sum);
}

#[test]
fn a_fork_join_pair_of_queues_has_the_published_response() {
    // Two M/M/1 queues, each of which gets one task of every program: with rho = lambda / mu the last task has left after
    // (12 - rho) / 8 / (mu - lambda) on average (Flatto, Hahn, Two parallel queues created by arrivals with two demands,
    // SIAM Journal on Applied Mathematics 44(5), 1984; Nelson, Tantawi, 1988, equation 6).
    for rho in [0.3, 0.8] {
        let table = format!(
            "lifetime = {{ kind = \"exponential\", mean = 1.0 }}\noffered_load = {rho}\n\
             workload = {{ kind = \"stages\", stages = [{{ count = 2 }}], homes = \"spread\" }}\n"
        );
        let workload = workload(&table, 2, &Place::default()).expect("a good scenario");
        let mut scenario = Scenario::simple(2, Discipline::Fcfs, 0);
        let warmup = loadlab_core::scenario::Warmup::Processes(4_000);
        scenario.window = Window { warmup, processes: Some(44_000), ..Window::default() };
        let means: Vec<f64> = (0..30)
            .map(|r| run(&workload, &scenario, &NoSharing, r, &mut Table::default()).programs.response.mean())
            .collect();
        agrees("fork-join", &means, (12.0 - rho) / 8.0 / (1.0 - rho));
    }
}

#[test]
fn programs_that_begin_before_the_horizon_are_measured_to_their_end() {
    // One program every 10 s: a task of 1 s, then one of 7 s. The horizon falls between the two tasks of the third.
    let table = "lifetime = 1.0\noffered_load = 0.8\narrivals = \"deterministic\"\n\
                 workload = { kind = \"stages\", stages = [{ count = 1 }, { count = 1, lifetime = 7.0 }] }\n";
    let workload = workload(table, 1, &Place::default()).expect("a good scenario");
    let mut scenario = world(1);
    scenario.window = Window { processes: Some(5), ..Window::default() };
    let outcome = run(&workload, &scenario, &NoSharing, 0, &mut Table::default());
    assert_eq!((outcome.response.count, outcome.programs.response.count, outcome.programs.unfinished), (5, 3, 0));
    assert!((outcome.programs.response.mean() - 8.0).abs() < 1e-9);
}

/// Where each process of each group was, and from when to when.
#[derive(Default)]
struct Stays {
    groups: BTreeMap<u64, u32>,
    open: BTreeMap<u64, (NodeId, f64)>,
    closed: BTreeMap<(u32, NodeId), Vec<(f64, f64)>>,
    moves: u64,
}

impl Stays {
    fn close(&mut self, process: u64, until: f64) {
        if let (Some((node, since)), Some(group)) = (self.open.remove(&process), self.groups.get(&process)) {
            self.closed.entry((*group, node)).or_default().push((since, until));
        }
    }

    /// How many pairs of one group were at one node at one time.
    fn overlaps(&self) -> usize {
        let overlap = |stays: &Vec<(f64, f64)>| {
            let mut stays = stays.clone();
            stays.sort_by(|a, b| a.0.total_cmp(&b.0));
            stays.windows(2).filter(|pair| pair[1].0 < pair[0].1).count()
        };
        self.closed.values().map(overlap).sum()
    }
}

impl Sink for Stays {
    fn arrival(&mut self, process: &Process, attributes: &Attributes) {
        self.groups.insert(process.index, attributes.group.expect("tasks belong to programs"));
    }

    fn start(&mut self, process: &Process, now: Time) {
        self.close(process.index, now.seconds());
        self.moves += u64::from(process.node != process.home);
        self.open.insert(process.index, (process.node, now.seconds()));
    }

    fn exit(&mut self, process: &Process, now: Time, _: Exit) {
        // A process that was held centrally after it had started has moved unseen.
        if self.open.get(&process.index).is_some_and(|(node, _)| *node == process.node) {
            self.close(process.index, now.seconds());
        }
    }

    fn load(&mut self, _: NodeId, _: u32, _: Time) {}

    fn transfer(&mut self, process: &Process, moved: &Moved) {
        self.close(process.index, moved.at.seconds());
        self.moves += 1;
        self.open.insert(process.index, (moved.to, moved.at.seconds() + moved.freeze));
    }
}

/// A run of a policy of the catalogue on programs of tasks that are kept apart, or are not.
fn stays(policy: &str, migration: &str, workload: &str) -> Stays {
    let text = format!(
        "schema = 1\nexperiment.name = \"apart\"\nwarmup = {{ kind = \"none\" }}\n[scenario]\n\
         nodes = {{ count = 8 }}\nhorizon = {{ processes = 1500 }}\noffered_load = 0.8\n\
         lifetime = {{ kind = \"hyperexponential\", mean = 1.0, c2 = 4 }}\nmemory = \"4MiB\"\n{migration}\n\
         workload = {{ {workload} }}\n[policies.one]\n{policy}\n"
    );
    let errors =
        |errors: Vec<loadlab::file::Diagnostic>| -> String { errors.iter().map(|e| e.render(false)).collect() };
    let experiment = read(&text, "apart.toml", &[], &env()).unwrap_or_else(|e| panic!("{}{text}", errors(e)));
    let model = Model::of(&experiment.cells[0], &experiment.warmup).unwrap_or_else(|e| panic!("{e}\n{text}"));
    let mut stays = Stays::default();
    model.run_into(3, 0, Some(&mut stays)).unwrap_or_else(|e| panic!("{e}\n{text}"));
    stays
}

#[test]
fn no_policy_and_no_mechanism_brings_tasks_to_one_node_that_are_kept_apart() {
    let migrations = [
        "",
        "migration = { kind = \"fixed\", cost = \"200ms\" }\nplacement = { kind = \"fixed\", cost = \"50ms\" }",
        "migration = { kind = \"precopy\" }\nnetwork = { kind = \"shared\", bandwidth = \"10MB/s\" }",
    ];
    let stages = "kind = \"stages\", stages = [{ count = 3 }, { count = 2 }], homes = \"spread\"";
    let graph = "kind = \"graph\", tasks = [{}, { after = [0] }, {}, { after = [0, 2] }], homes = \"spread\"";
    let (mut moves, mut together) = (0, 0);
    for (k, policy) in POLICIES.iter().enumerate() {
        let (migration, workload) = (migrations[k % 3], [stages, graph][k % 2]);
        together += stays(policy.example, migration, workload).overlaps();
        let apart = stays(policy.example, migration, &format!("{workload}, apart = true"));
        assert_eq!(apart.overlaps(), 0, "{} with {migration}", policy.name);
        moves += apart.moves;
    }
    // It is the flag that keeps them apart, and not that nothing moves.
    assert!(together > 1000 && moves > 1000, "{together} pairs together where they may be, {moves} moves");
}

/// What a log of the Standard Workload Format with dependencies is replayed to on one shared node: arrivals and exits.
fn followed(keys: &str) -> Vec<(f64, f64)> {
    // Process 2 follows 1 after 10 s of thought, 4 follows 2 at once, and 3 names a process that is not there.
    let rows = [(1, 0, 4, -1, -1), (2, 1, 2, 1, 10), (3, 5, 1, 99, 7), (4, 20, 3, 2, -1)];
    let line = |(job, submit, time, preceding, think): &(i32, i32, i32, i32, i32)| {
        format!("{job} {submit} -1 {time} 1 -1 -1 1 60 -1 1 1 1 1 1 1 {preceding} {think}\n")
    };
    let folder = tempfile::tempdir().expect("a folder");
    let log: String = std::iter::once("; Version: 2.2\n".to_owned()).chain(rows.iter().map(line)).collect();
    std::fs::write(folder.path().join("a.swf"), log).expect("a file");
    let table = format!("workload = {{ kind = \"swf\", path = \"a.swf\"{keys} }}\n");
    let workload = workload(&table, 1, &place(folder.path())).expect("a good log");
    let mut rows = Table::default();
    run(&workload, &world(1), &NoSharing, 0, &mut rows);
    let number = |text: &str| text.parse::<f64>().expect("a number");
    let rows = rows.text();
    let fields = rows.lines().skip(1).map(|row| row.split(',').collect::<Vec<_>>());
    fields.map(|f| (number(f[3]), number(f[3]) + number(f[7]))).collect()
}

#[test]
fn a_log_that_says_who_follows_whom_is_replayed_with_that_or_as_it_was_recorded() {
    // By hand: 1 runs from 0 to 4, 3 from 5 to 6, 2 from 4 + 10 to 16, 4 from 16 to 19.
    let follow = followed(", follow = true");
    assert_eq!(follow, [(0.0, 4.0), (5.0, 6.0), (14.0, 16.0), (16.0, 19.0)]);
    // As recorded: 1 and 2 share the node from 1 to 5, 1 and 3 from 5 to 7.
    let recorded = followed("");
    assert_eq!(recorded, [(0.0, 7.0), (1.0, 5.0), (5.0, 7.0), (20.0, 23.0)]);
}

#[test]
fn a_scripted_list_is_replayed_as_it_stands_and_follows_where_it_says() {
    let list = "list = [{ at = 1, lifetime = 2 }, { at = 0, lifetime = 3, home = 1 }, \
                { at = 2, lifetime = 1, after = [2, 1], think = \"500ms\" }]";
    let arrivals = |keys: &str| {
        let table = format!("workload = {{ kind = \"scripted\", {list}{keys} }}\n");
        let workload = workload(&table, 2, &Place::default()).expect("a good list");
        let mut rows = Table::default();
        run(&workload, &world(2), &NoSharing, 0, &mut rows);
        let number = |text: &str| text.parse::<f64>().expect("a number");
        let rows = rows.text();
        let fields = rows.lines().skip(1).map(|row| row.split(',').collect::<Vec<_>>());
        fields.map(|f| (number(f[3]), number(f[5]))).collect::<Vec<_>>()
    };
    assert_eq!(arrivals(""), [(0.0, 1.0), (1.0, 0.0), (2.0, 0.0)]);
    assert_eq!(arrivals(", follow = true"), [(0.0, 1.0), (1.0, 0.0), (3.5, 0.0)]);
}
