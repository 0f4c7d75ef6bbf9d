use super::*;

fn code(fault: &HookFault) -> &'static str {
    fault.code().as_str()
}

#[tokio::test]
async fn a_hook_changes_what_it_is_given() {
    let hook = Hook::new(|n: u32| async move { Ok(n + 1) });
    assert_eq!(hook.run(1).await, Ok(2));
}

// An error may quote people: neither the fault nor its texts have it.
#[tokio::test]
async fn a_veto_and_an_error_refuse_each_with_its_code() {
    let veto = Hook::new(|_: u32| async { Err::<u32, _>(HookError::veto("guests stay out")) });
    let fault = veto.run(1).await.unwrap_err();
    assert_eq!((code(&fault), fault.found().unwrap()), ("hook.vetoed", "a veto: guests stay out".to_owned()));
    let failing = Hook::new(|_: u32| async { Ok("ada@example.org".parse::<u32>().map_err(named)?) });
    let fault = failing.run(1).await.unwrap_err();
    assert_eq!((code(&fault), fault.found().unwrap()), ("hook.failed", "an error".to_owned()));
    assert!(!format!("{fault:?} {fault}").contains("ada"));
}

fn named(_error: std::num::ParseIntError) -> std::io::Error {
    std::io::Error::other("ada@example.org is no number")
}

#[tokio::test(start_paused = true)]
async fn a_hook_has_five_seconds() {
    for (seconds, in_time) in [(4, true), (6, false), (u64::MAX / 4, false)] {
        let hook = Hook::new(move |n: u32| async move {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            Ok(n)
        });
        let begun = tokio::time::Instant::now();
        let run = hook.run(1).await;
        assert_eq!(run.is_ok(), in_time, "{seconds}");
        assert!(
            begun.elapsed() <= Duration::from_secs(5) + Duration::from_millis(10),
            "{:?}",
            begun.elapsed()
        );
        if let Err(fault) = run {
            assert_eq!(code(&fault), "hook.timed_out");
        }
    }
}
