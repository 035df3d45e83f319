//! The conclusion of an experiment: one paragraph, put together from the sentences of its claims by their verdicts.
//!
//! Not here: the verdicts (`claims`), where the paragraph stands (`report`, `reproduced`).

use crate::file::experiment::Claim;

/// The paragraph. Claims that share a `holds` stand or fall together: they say it if all passed, their `fails` if one
/// failed, and else that it is open. Claims without a verdict here (an empty one) say nothing.
pub fn conclusion<'a>(claims: impl Iterator<Item = (&'a Claim, &'a str)>) -> String {
    let mut groups: Vec<(&str, Vec<(&Claim, &str)>)> = Vec::new();
    for (claim, verdict) in claims.filter(|(_, verdict)| !verdict.is_empty()) {
        let Some(holds) = claim.holds.as_deref() else { continue };
        match groups.iter_mut().find(|(known, _)| *known == holds) {
            Some((_, group)) => group.push((claim, verdict)),
            None => groups.push((holds, vec![(claim, verdict)])),
        }
    }
    let sentences = groups.iter().map(|(holds, group)| {
        let failed = group.iter().find(|(_, verdict)| *verdict == "FAIL");
        match failed {
            Some((claim, _)) => claim.fails.clone().unwrap_or_else(|| format!("This does not hold: {holds}")),
            None if group.iter().all(|(_, verdict)| *verdict == "PASS") => (*holds).to_owned(),
            None => format!("Not decided by these runs: {holds}"),
        }
    });
    sentences.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::document::Span;
    use crate::file::experiment::Formula;

    fn claim(holds: Option<&str>, fails: Option<&str>) -> Claim {
        let text = "response.mean < 1".to_owned();
        let expr = crate::expr::parse(&text).expect("a comparison");
        Claim {
            text: "a claim".to_owned(),
            expect: Formula { text, expr, span: Span { source: 0, start: 0, end: 0 } },
            when: None,
            tolerance: 0.0,
            evidence: None,
            published: None,
            holds: holds.map(str::to_owned),
            fails: fails.map(str::to_owned),
        }
    }

    #[test]
    fn claims_with_one_sentence_stand_or_fall_together() {
        let (a, b) = (claim(Some("Both hold."), Some("One fails.")), claim(Some("More."), None));
        let silent = claim(None, None);
        let said = |verdicts: [&str; 4]| conclusion([&a, &a, &b, &silent].into_iter().zip(verdicts));
        assert_eq!(said(["PASS", "PASS", "PASS", "FAIL"]), "Both hold. More.");
        assert_eq!(said(["PASS", "FAIL", "FAIL", "PASS"]), "One fails. This does not hold: More.");
        assert_eq!(said(["PASS", "UNRESOLVED", "", "PASS"]), "Not decided by these runs: Both hold.");
    }
}
