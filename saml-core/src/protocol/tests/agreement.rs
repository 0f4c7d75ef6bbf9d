//! The readers refuse what the schema refuses, and nothing else.

use crate::assertion::tests::agreement::stricter;
use crate::assertion::tests::mutation::require_agreement;
use crate::assertion::tests::round_trip::written;
use crate::assertion::tests::source::Source;
use crate::protocol::*;

macro_rules! agrees {
    ($($message:ident: $type:ident;)+) => {$(
        #[test]
        fn $message() {
            for turn in 0..2 {
                let value = super::examples::$message(&mut Source::full(turn));
                let document = written(|writer| value.write(writer)).into_octets();
                let test = format!("{}-{turn}", stringify!($message));
                require_agreement(&test, &document, 200, |element| $type::read(element).map(drop), stricter);
            }
        }
    )+};
}

agrees! {
    authn_request: AuthnRequest;
    response: Response;
    logout_request: LogoutRequest;
    logout_response: LogoutResponse;
    artifact_resolve: ArtifactResolve;
    artifact_response: ArtifactResponse;
}
