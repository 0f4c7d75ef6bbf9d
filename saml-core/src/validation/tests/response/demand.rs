use super::*;

/// A demand that nothing meets locks everybody out, one that anything meets lets the wrong ones in.
#[test]
fn each_demand_is_met_by_the_signatures_that_it_names_and_by_no_others() {
    for (demand, response, assertion) in [
        (SignatureDemand::ResponseOrAssertion, false, false),
        (SignatureDemand::Response, true, false),
        (SignatureDemand::Assertion, false, true),
        (SignatureDemand::Both, true, true),
    ] {
        for signed in [vec!["_a", "_r"], vec!["_a"], vec!["_r"]] {
            let met = (!response || signed.contains(&"_r")) && (!assertion || signed.contains(&"_a"));
            let scene = Scene { demand, signed: signed.clone(), ..Scene::good() };
            assert_eq!(scene.judge().is_ok(), met, "{demand:?} of {signed:?}");
        }
    }
}
