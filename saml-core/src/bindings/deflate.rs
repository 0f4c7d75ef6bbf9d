//! Floor 7: DEFLATE without a header [RFC 1951], under a limit. Imports nothing.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

/// Why octets are not one DEFLATE stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeflateFault {
    /// A block is damaged, or this was never DEFLATE.
    Corrupt,
    /// The stream stops before its last block ends.
    Truncated,
    /// Octets follow the last block.
    TrailingOctets,
    /// It has the header of zlib [RFC 1950]; the binding wants none.
    ZlibHeader,
    /// It has the header of gzip [RFC 1952]; the binding wants none.
    GzipHeader,
}

/// How inflating ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InflateError {
    Fault(DeflateFault),
    /// More octets came out than the limit allows; inflating stopped there.
    TooLarge,
}

/// How much the output grows at once. Small, so that a short message doesn't allocate as much as a long one.
const STEP: usize = 16 * 1024;

/// Inflates one raw DEFLATE stream of at most `limit` octets, which must end exactly where `compressed` does.
///
/// The limit bounds memory and time, so that a bomb costs no more than an honest message of that size.
pub(super) fn inflate(compressed: &[u8], limit: usize) -> Result<Vec<u8>, InflateError> {
    let mut inflater = Decompress::new(false);
    let mut inflated = Vec::new();
    let mut rest = compressed;
    loop {
        // One octet beyond the limit tells a message that fills it from one that exceeds it.
        let room = limit.saturating_add(1).saturating_sub(inflated.len());
        inflated.reserve_exact(room.min(STEP));
        let (read, written) = (inflater.total_in(), inflated.len());
        let status = inflater
            .decompress_vec(rest, &mut inflated, FlushDecompress::None)
            .map_err(|_| InflateError::Fault(fault(compressed)))?;
        if inflated.len() > limit {
            return Err(InflateError::TooLarge);
        }
        let consumed = usize::try_from(inflater.total_in() - read).unwrap_or(usize::MAX);
        rest = rest.get(consumed..).unwrap_or_default();
        match status {
            Status::StreamEnd if rest.is_empty() => return Ok(inflated),
            Status::StreamEnd => return Err(InflateError::Fault(DeflateFault::TrailingOctets)),
            Status::Ok | Status::BufError if consumed == 0 && inflated.len() == written => {
                return Err(InflateError::Fault(DeflateFault::Truncated));
            }
            Status::Ok | Status::BufError => {}
        }
    }
}

/// Whether octets begin as a raw DEFLATE stream of something that begins like XML. Looks at a few octets only.
pub(super) fn looks_like_deflated_xml(octets: &[u8]) -> bool {
    let mut beginning = Vec::with_capacity(64);
    let inflated =
        Decompress::new(false).decompress_vec(octets, &mut beginning, FlushDecompress::None).is_ok();
    inflated && beginning.trim_ascii_start().first() == Some(&b'<')
}

/// Compresses into one raw DEFLATE stream, as small as the algorithm gets it: this goes into a URL.
pub(super) fn deflate(octets: &[u8]) -> Vec<u8> {
    let mut deflater = Compress::new(Compression::best(), false);
    let mut deflated = Vec::new();
    let mut rest = octets;
    loop {
        deflated.reserve(rest.len() / 2 + 64);
        let read = deflater.total_in();
        let status = deflater.compress_vec(rest, &mut deflated, FlushCompress::Finish);
        let consumed = usize::try_from(deflater.total_in() - read).unwrap_or(usize::MAX);
        rest = rest.get(consumed..).unwrap_or_default();
        // The compressor fails only if its states are misused. One chain of calls from `new` to the end can't misuse
        // them.
        if matches!(status, Ok(Status::StreamEnd) | Err(_)) {
            return deflated;
        }
    }
}

/// Recognises the usual mistakes of senders. Everything else is `Corrupt`.
fn fault(compressed: &[u8]) -> DeflateFault {
    match compressed {
        [0x1f, 0x8b, ..] => DeflateFault::GzipHeader,
        [method, flags, ..]
            if method & 0x0f == 8 && u16::from_be_bytes([*method, *flags]).is_multiple_of(31) =>
        {
            DeflateFault::ZlibHeader
        }
        _ => DeflateFault::Corrupt,
    }
}
