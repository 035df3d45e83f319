//! The instances of a policy: one for all, or one per site, so that what one site has learned another does not know.

use crate::policy::{Declared, Memory, Policy, Site};
use crate::process::NodeId;

pub(super) struct Instances {
    /// Nodes, then dispatchers, then the coordinator, then heads as they appear.
    list: Vec<Box<dyn Policy>>,
    shared: bool,
    nodes: NodeId,
    dispatchers: u32,
    heads: Vec<(u8, u32)>,
    template: Box<dyn Policy>,
}

impl Instances {
    pub(super) fn new(policy: &dyn Policy, declared: &Declared, nodes: NodeId) -> Self {
        let shared = declared.memory != Memory::PerSite;
        let list = if shared {
            vec![policy.fresh(Site::Coordinator)]
        } else {
            let at_nodes = (0..nodes).map(Site::Node);
            let at_dispatchers = (0..declared.dispatchers).map(Site::Dispatcher);
            at_nodes.chain(at_dispatchers).chain([Site::Coordinator]).map(|site| policy.fresh(site)).collect()
        };
        let template = policy.fresh(Site::Coordinator);
        Instances { list, shared, nodes, dispatchers: declared.dispatchers, heads: Vec::new(), template }
    }

    /// The instance that judges at a site.
    #[inline(always)]
    pub(super) fn at(&mut self, site: Site) -> &mut dyn Policy {
        if self.shared {
            return self.list[0].as_mut();
        }
        let k = match site {
            Site::Node(i) => i as usize,
            Site::Dispatcher(d) => (self.nodes + d) as usize,
            Site::Coordinator => (self.nodes + self.dispatchers) as usize,
            Site::Head { level, group } => self.head(level, group),
        };
        self.list[k].as_mut()
    }

    fn head(&mut self, level: u8, group: u32) -> usize {
        let first = (self.nodes + self.dispatchers + 1) as usize;
        let known = self.heads.iter().position(|h| *h == (level, group));
        first
            + known.unwrap_or_else(|| {
                self.heads.push((level, group));
                self.list.push(self.template.fresh(Site::Head { level, group }));
                self.heads.len() - 1
            })
    }
}
