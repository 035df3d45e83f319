//! Round robin, join the shorter queue and the supermarket model against values computed independently.

use loadlab_core::theory::{Error, jsq2, mmk, round_robin, supermarket};

#[test]
fn round_robin_has_the_tabulated_responses() {
    let table = [
        (2, [1.618_033_99, 3.843_979_77, 7.588_283_63]),
        (4, [1.432_523_32, 3.267_383_61, 6.383_049_52]),
        (10, [1.324_642_40, 2.922_269_18, 5.660_276_39]),
        (20, [1.289_542_28, 2.807_435_36, 5.419_440_19]),
    ];
    for (i, load) in [0.5, 0.8, 0.9].into_iter().enumerate() {
        for (nodes, expected) in table {
            assert!((round_robin::response(nodes, load).unwrap() - expected[i]).abs() < 6e-9);
        }
        let limit = [1.255_000_97, 2.692_730_84, 5.178_659_42][i];
        assert!((round_robin::response_of_many_nodes(load).unwrap() - limit).abs() < 6e-9);
        assert!((round_robin::response(1, load).unwrap() * (1.0 - load) - 1.0).abs() < 1e-12, "one node is M/M/1");
    }
}

#[test]
fn join_the_shorter_of_two_queues_has_the_tabulated_responses() {
    for (load, expected) in [(0.5, 1.426_320_75), (0.7, 2.108_197_27), (0.8, 2.955_736_62), (0.9, 5.474_912_82)] {
        let solved = jsq2::response(load).unwrap();
        assert!((solved.response - expected).abs() < 6e-9, "{} instead of {expected}", solved.response);
        assert!(solved.error < 1e-9);
    }
}

#[test]
fn join_the_shorter_of_two_lies_between_mm2_and_round_robin() {
    for load in [0.01, 0.05, 0.2, 0.6, 0.95, 0.99, 0.999] {
        let solved = jsq2::response(load).unwrap();
        let one_queue = mmk::mmk_response(2, load).unwrap();
        assert!(solved.response > one_queue, "one queue for both is better at {load}");
        assert!(solved.response < round_robin::response(2, load).unwrap(), "blind turns are worse at {load}");
    }
}

#[test]
fn the_supermarket_has_the_tabulated_responses_and_tail() {
    let loads = [0.5, 0.7, 0.8, 0.9, 0.95, 0.99];
    let two = [1.265_686, 1.614_454, 1.947_363, 2.614_057, 3.383_046, 5.431_997];
    let three = [1.125_244, 1.356_842, 1.580_886, 2.027_856, 2.535_133, 3.857_847];
    for (i, load) in loads.into_iter().enumerate() {
        assert!((supermarket::choices(load, 2).unwrap().response - two[i]).abs() < 6e-7);
        let solved = supermarket::choices(load, 3).unwrap();
        assert!((solved.response - three[i]).abs() < 6e-7);
        for (k, s) in solved.occupancy.iter().enumerate() {
            let exponent = (3f64.powi(k as i32) - 1.0) / 2.0;
            assert!((s - load.powf(exponent)).abs() < 1e-12);
        }
        assert!((supermarket::choices(load, 1).unwrap().response * (1.0 - load) - 1.0).abs() < 1e-12);
    }
}

#[test]
fn a_strong_threshold_of_one_is_two_choices_and_a_high_one_is_none() {
    for load in [0.1, 0.5, 0.9, 0.99] {
        let strong = supermarket::strong_threshold(load, 1).unwrap();
        let two = supermarket::choices(load, 2).unwrap();
        assert!((strong.response - two.response).abs() < 1e-12);
        assert!((strong.probes - load).abs() < 1e-12 && strong.transfers < load);
    }
    let far = supermarket::strong_threshold(0.5, 40).unwrap();
    assert!((far.response - 2.0).abs() < 1e-9 && far.probes < 1e-11);
}

#[test]
fn unstable_and_meaningless_systems_are_refused() {
    assert_eq!(round_robin::response(3, 1.0), Err(Error::Unstable { load: 1.0, bound: 1.0 }));
    assert_eq!(jsq2::response(1.5), Err(Error::Unstable { load: 1.5, bound: 1.0 }));
    assert!(matches!(round_robin::response(0, 0.5), Err(Error::Meaningless { .. })));
    assert!(matches!(supermarket::choices(0.5, 0), Err(Error::Meaningless { .. })));
    assert!(matches!(supermarket::choices(f64::NAN, 2), Err(Error::Meaningless { .. })));
    assert!(matches!(supermarket::strong_threshold(0.5, 0), Err(Error::Meaningless { .. })));
}
