//! Floor 2: elements of SAML protocols [Core §3]. Imports nothing of this crate.

use super::{SAMLP, elements};

elements! {
    "samlp", SAMLP;
    EXTENSIONS = "Extensions",
    RESPONSE = "Response",
    STATUS_DETAIL = "StatusDetail",
    STATUS = "Status",
    STATUS_CODE = "StatusCode",
    STATUS_MESSAGE = "StatusMessage",
    ASSERTION_ID_REQUEST = "AssertionIDRequest",
    SUBJECT_QUERY = "SubjectQuery",
    AUTHN_QUERY = "AuthnQuery",
    REQUESTED_AUTHN_CONTEXT = "RequestedAuthnContext",
    ATTRIBUTE_QUERY = "AttributeQuery",
    AUTHZ_DECISION_QUERY = "AuthzDecisionQuery",
    AUTHN_REQUEST = "AuthnRequest",
    NAME_ID_POLICY = "NameIDPolicy",
    SCOPING = "Scoping",
    REQUESTER_ID = "RequesterID",
    IDP_LIST = "IDPList",
    IDP_ENTRY = "IDPEntry",
    GET_COMPLETE = "GetComplete",
    ARTIFACT_RESOLVE = "ArtifactResolve",
    ARTIFACT_RESPONSE = "ArtifactResponse",
    ARTIFACT = "Artifact",
    MANAGE_NAME_ID_REQUEST = "ManageNameIDRequest",
    MANAGE_NAME_ID_RESPONSE = "ManageNameIDResponse",
    NEW_ID = "NewID",
    NEW_ENCRYPTED_ID = "NewEncryptedID",
    TERMINATE = "Terminate",
    LOGOUT_REQUEST = "LogoutRequest",
    LOGOUT_RESPONSE = "LogoutResponse",
    SESSION_INDEX = "SessionIndex",
    NAME_ID_MAPPING_REQUEST = "NameIDMappingRequest",
    NAME_ID_MAPPING_RESPONSE = "NameIDMappingResponse",
}
