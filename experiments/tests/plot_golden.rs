//! Golden tests of every plot kind: the SVG is compared structurally, the PNG by pixels with a tolerance.

mod plot_fixtures;

#[test]
fn look() {
    let dir = std::path::PathBuf::from(std::env::var("LOOK").unwrap());
    for (name, figure) in plot_fixtures::figures() {
        loadlab::plot::write(&figure, &dir.join(name)).unwrap();
    }
}
