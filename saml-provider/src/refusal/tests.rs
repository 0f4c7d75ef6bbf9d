use super::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    BadRequest,
    OtherBrowser,
    Unavailable,
    Untrusted,
    NotAdmitted,
    Rejected(Option<VerdictCode>),
}

impl Reason for Told {
    const EVENT: Refused = Refused::Login;
    const SUBJECT: &'static str = "the visit";
    const CHECK: &'static str = "visit";
    const CODE: VerdictCode = VerdictCode::new("visit.refused");
    const BAD_REQUEST: Self = Self::BadRequest;
    const OTHER_BROWSER: Self = Self::OtherBrowser;
    const UNAVAILABLE: Self = Self::Unavailable;
    const NOT_ADMITTED: Self = Self::NotAdmitted;
    const UNTRUSTED: Self = Self::Untrusted;

    fn status(self) -> u16 {
        418
    }

    fn of_rejected(verdict: &Verdict) -> Self {
        Self::Rejected(verdict.code())
    }
}

fn told(refusal: &Refusal<Told>) -> (Told, &'static str) {
    (refusal.reason, refusal.code().as_str())
}

#[test]
fn each_error_has_its_reason_and_keeps_its_code() {
    let full = || StoreError::Unavailable("unplugged".into());
    let broken = BindingError::ParameterMissing;
    let untrusted = || TrustError::UnexpectedMessage { expected: "Response", found: "another".into() };
    let verdict =
        Verdict::default().with_failure("a", "[a]", VerdictCode::new("audience.mismatch"), "b", "c");
    for (refusal, expected) in [
        (Refusal::from(RecordError::Unreadable), (Told::Unavailable, "store.corrupt")),
        (Refusal::from(full()), (Told::Unavailable, "store.unavailable")),
        (Refusal::from(broken.clone()), (Told::BadRequest, broken.code().as_str())),
        (Refusal::of(Told::Untrusted, &broken), (Told::Untrusted, broken.code().as_str())),
        (Refusal::other_browser(&broken), (Told::OtherBrowser, broken.code().as_str())),
        (Refusal::outgoing_failed(&broken), (Told::Unavailable, broken.code().as_str())),
        (Refusal::unavailable("random.unavailable"), (Told::Unavailable, "random.unavailable")),
        (Refusal::from(untrusted()), (Told::Untrusted, untrusted().code().as_str())),
        (
            Refusal::from(Rejected { verdict, status: None }),
            (Told::Rejected(Some(VerdictCode::new("audience.mismatch"))), "audience.mismatch"),
        ),
        (Refusal::new(Told::BadRequest, Verdict::default()), (Told::BadRequest, "visit.refused")),
    ] {
        assert_eq!(told(&refusal), expected);
        assert_eq!(refusal.to_string(), format!("the visit is refused: {}", expected.1));
        assert_eq!(refusal.peer, None);
    }
}

#[test]
fn each_refusal_has_a_number_of_its_own_and_keeps_it() {
    let refusal = || Refusal::<Told>::unavailable("random.unavailable");
    let (one, other) = (refusal(), refusal());
    assert_ne!(one.correlation_id, other.correlation_id);
    let number = one.correlation_id.clone();
    let peer = EntityId::try_from("https://peer.example/").unwrap();
    let about = one.about(&peer);
    assert_eq!((about.correlation_id, about.peer), (number, Some(peer)));
}

#[test]
fn what_no_check_of_a_message_found_names_the_roles_check() {
    let refusal = Refusal::because(Told::BadRequest, "login.query", "one", "two");
    let failures: Vec<String> = refusal.verdict.failures().map(ToString::to_string).collect();
    let [failure] = failures.as_slice() else { panic!("{failures:?}") };
    for part in ["login.query", "one", "two"] {
        assert!(failure.contains(part), "{failure}");
    }
    assert_eq!(refusal.verdict.headline().unwrap().name(), "visit");
}
