//! Documents with a tag, so that a client that has one needn't load it again. [RFC 9110 §8.8.3, §13.1.2]

use actix_web::HttpResponse;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, IF_NONE_MATCH, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::Bytes;

/// How long our metadata may be taken from a cache: an hour, so that a new key is seen the same day whatever polls it.
pub const METADATA_CACHE_CONTROL: &str = "public, max-age=3600";

/// The media type of metadata [Metadata, appendix A].
pub const METADATA_TYPE: &str = "application/samlmetadata+xml";

/// Answers with a document, or says that the one that the peer has is still right.
#[must_use]
pub fn reply(
    headers: &HeaderMap,
    content_type: &'static str,
    cache_control: &'static str,
    octets: impl Into<Bytes>,
) -> HttpResponse {
    let octets = octets.into();
    let tag = format!("\"{}\"", data_encoding::HEXLOWER.encode(&openssl::sha::sha256(&octets)));
    let known = matches(headers, &tag);
    let mut builder = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    builder.insert_header((ETAG, tag)).insert_header((CACHE_CONTROL, cache_control));
    if known {
        return builder.finish();
    }
    builder
        .insert_header((CONTENT_TYPE, content_type))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(octets)
}

/// Whether `If-None-Match` names this tag. The comparison is the weak one, as it is for a GET.
fn matches(headers: &HeaderMap, tag: &str) -> bool {
    let lines = headers.get_all(IF_NONE_MATCH).filter_map(|line| line.to_str().ok());
    let mut listed = lines.flat_map(|line| line.split(',')).map(|tag| tag.trim_matches([' ', '\t']));
    listed.any(|listed| listed == "*" || listed.strip_prefix("W/").unwrap_or(listed) == tag)
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;

    use super::*;

    fn asked(tags: &[&str]) -> HttpResponse {
        let mut headers = HeaderMap::new();
        for tag in tags {
            headers.append(IF_NONE_MATCH, tag.parse().unwrap());
        }
        reply(&headers, METADATA_TYPE, METADATA_CACHE_CONTROL, "<a/>")
    }

    #[test]
    fn whoever_has_it_is_not_sent_it_again() {
        let first = asked(&[]);
        assert_eq!(first.status(), StatusCode::OK);
        assert_eq!(first.headers().get(CACHE_CONTROL).unwrap(), METADATA_CACHE_CONTROL);
        let tag = first.headers().get(ETAG).unwrap().to_str().unwrap().to_owned();
        for known in [&tag, &format!("W/{tag}"), &format!("\"x\", {tag}"), "*"] {
            let again = asked(&[known]);
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
            assert_eq!(again.headers().get(ETAG).unwrap(), &*tag);
            assert!(again.headers().get(CONTENT_TYPE).is_none());
        }
        assert_eq!(asked(&["\"x\"", &tag]).status(), StatusCode::NOT_MODIFIED);
        for other in ["\"x\"", tag.trim_matches('"'), "", ","] {
            assert_eq!(asked(&[other]).status(), StatusCode::OK, "{other}");
        }
    }
}
