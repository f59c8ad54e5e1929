//! `observe`: which of the things that operators may look at the gate does without.

use super::node::ConfigNode;

/// The `observe` block. Each of these costs some host calls a post, whether anybody looks or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observe {
    /// `observe.filterState`: all of it; otherwise the decision alone, by which the gate itself knows a judged post.
    pub filter_state: bool,
    /// `observe.histograms`.
    pub histograms: bool,
}

impl Default for Observe {
    fn default() -> Self {
        Self { filter_state: true, histograms: true }
    }
}

pub(super) fn read(node: Option<ConfigNode<'_>>) -> Observe {
    let default = Observe::default();
    let Some(block) = node.and_then(|node| node.object(&["filterState", "histograms"])) else { return default };
    let flag = |key, otherwise| block.optional(key).and_then(|node| node.boolean()).unwrap_or(otherwise);
    Observe {
        filter_state: flag("filterState", default.filter_state),
        histograms: flag("histograms", default.histograms),
    }
}
