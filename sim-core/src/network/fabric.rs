//! Which links a transfer crosses, and how fast each is.

use crate::process::NodeId;

/// The links of a network.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Fabric {
    /// None: a transfer is as fast as its mechanism.
    #[default]
    None,
    /// An interface per node, each way.
    Switched {
        /// Bytes per second of a node's interface.
        bandwidth: f64,
        /// Bytes per second of the file server's.
        server: f64,
    },
    /// One medium for all.
    Shared {
        /// Bytes per second.
        bandwidth: f64,
    },
    /// Clusters of switched nodes, joined by wide-area links.
    TwoLevel {
        /// Bytes per second of a node's interface.
        bandwidth: f64,
        /// Bytes per second of the file server's, which stands in the first cluster.
        server: f64,
        /// Bytes per second of a cluster's link.
        wan: f64,
        /// Seconds on top of the latency.
        wan_latency: f64,
        /// Nodes per cluster.
        size: u32,
    },
}

/// An end of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// A node.
    Node(NodeId),
    /// The file server.
    Server,
}

/// The links of one transfer; its own are repeated to fill the array.
pub type Route = [u32; 4];

/// Bytes per second of a link that holds up nothing. Finite, so that shares of it are numbers.
const UNLIMITED: f64 = f64::MAX;

impl Fabric {
    /// Bytes per second of every link, for so many nodes: out and in of each node, out and in of the server, then out
    /// and in of each cluster. Where nodes have no interfaces of their own: one for all, then those of the server.
    pub fn links(&self, nodes: u32) -> Vec<f64> {
        let interfaces = |bandwidth: f64, server: f64| {
            let mut all = vec![bandwidth; 2 * nodes as usize];
            all.extend([server; 2]);
            all
        };
        match *self {
            Fabric::None => vec![UNLIMITED; 3],
            Fabric::Shared { bandwidth } => vec![bandwidth, UNLIMITED, UNLIMITED],
            Fabric::Switched { bandwidth, server } => interfaces(bandwidth, server),
            Fabric::TwoLevel { bandwidth, server, wan, size, .. } => {
                let mut all = interfaces(bandwidth, server);
                all.extend(vec![wan; 2 * nodes.div_ceil(size) as usize]);
                all
            }
        }
    }

    /// The links of the file server, out and in.
    pub fn server_links(&self, nodes: u32) -> [u32; 2] {
        match self {
            Fabric::None | Fabric::Shared { .. } => [1, 2],
            Fabric::Switched { .. } | Fabric::TwoLevel { .. } => [2 * nodes, 2 * nodes + 1],
        }
    }

    /// The links between two ends.
    pub fn route(&self, from: End, to: End, nodes: u32) -> Route {
        let number = |end: End| if let End::Node(i) = end { i } else { nodes };
        let (out, back) = (2 * number(from), 2 * number(to) + 1);
        match *self {
            Fabric::None | Fabric::Shared { .. } => {
                let server = |end: End, link: u32| if end == End::Server { link } else { 0 };
                [0, server(from, 1), server(to, 2), 0]
            }
            Fabric::Switched { .. } => [out, back, out, back],
            Fabric::TwoLevel { size, .. } => {
                let (a, b) = (cluster(from, size), cluster(to, size));
                let first = 2 * (nodes + 1);
                if a == b { [out, back, out, back] } else { [out, back, first + 2 * a, first + 2 * b + 1] }
            }
        }
    }

    /// Bytes per second of a transfer that is alone.
    pub fn alone(&self, from: End, to: End) -> f64 {
        let interface = |end: End, bandwidth: f64, server: f64| if end == End::Server { server } else { bandwidth };
        match *self {
            Fabric::None => f64::INFINITY,
            Fabric::Shared { bandwidth } => bandwidth,
            Fabric::Switched { bandwidth, server } => {
                interface(from, bandwidth, server).min(interface(to, bandwidth, server))
            }
            Fabric::TwoLevel { bandwidth, server, wan, size, .. } => {
                let inside = interface(from, bandwidth, server).min(interface(to, bandwidth, server));
                if cluster(from, size) == cluster(to, size) { inside } else { inside.min(wan) }
            }
        }
    }

    /// Whether all ends are equally near.
    pub fn is_one_place(&self) -> bool {
        !matches!(self, Fabric::TwoLevel { wan_latency, .. } if *wan_latency > 0.0)
    }

    /// Seconds on top of the latency between two ends.
    pub fn detour(&self, from: End, to: End) -> f64 {
        match *self {
            Fabric::TwoLevel { wan_latency, size, .. } if cluster(from, size) != cluster(to, size) => wan_latency,
            _ => 0.0,
        }
    }
}

fn cluster(end: End, size: u32) -> u32 {
    if let End::Node(i) = end { i / size } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transfer_alone_is_as_fast_as_its_slowest_link() {
        let fabric = Fabric::TwoLevel { bandwidth: 10.0, server: 20.0, wan: 3.0, wan_latency: 0.5, size: 2 };
        let links = fabric.links(5);
        for (from, to, rate) in [
            (End::Node(0), End::Node(1), 10.0),
            (End::Node(0), End::Node(2), 3.0),
            (End::Node(4), End::Server, 3.0),
            (End::Server, End::Node(1), 10.0),
        ] {
            let route = fabric.route(from, to, 5);
            let slowest = route.iter().map(|link| links[*link as usize]).fold(f64::INFINITY, f64::min);
            assert_eq!([slowest, fabric.alone(from, to)], [rate; 2]);
        }
        assert_eq!([fabric.detour(End::Node(0), End::Node(1)), fabric.detour(End::Node(1), End::Node(2))], [0.0, 0.5]);
    }
}
