//! Jupyter's messages: what they consist of, signed as Jupyter has it.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::base::files;
use crate::kernel::prepared::with_prepared_crates;
use crate::kernel::word_at::end_of_word;
use crate::kernel::zmtp::Message;

/// Stands between the addresses and the parts that are signed.
pub(crate) const DELIMITER: &[u8] = b"<IDS|MSG>";

/// What is asked of the kernel, as far as the relay looks at it.
pub(crate) struct Request {
    /// All of it, as it came.
    pub(crate) message: Message,
    pub(crate) header: Value,
    pub(crate) content: Value,
}

impl Request {
    /// Only a whole message that is rightly signed is one: any program of the machine can send something.
    pub(crate) fn of(message: Message, key: &str) -> Option<Self> {
        let [header, _, _, content] = signed_parts(&message)?;
        if !is_signed(&message, key) {
            return None;
        }
        let (header, content) = (json_of(header)?, json_of(content)?);
        header["msg_type"].is_string().then_some(Self { message, header, content })
    }

    pub(crate) fn kind(&self) -> &str {
        self.header["msg_type"].as_str().unwrap_or_default()
    }

    /// The cell that is to run.
    pub(crate) fn code(&self) -> &str {
        self.content["code"].as_str().unwrap_or_default()
    }

    /// The message as evcxr is to get it: a cell with the crates that are compiled already, a question about a whole
    /// word.
    pub(crate) fn for_evcxr(&self, key: &str) -> Message {
        let mut content = self.content.clone();
        if self.kind() == "execute_request" && content["code"].is_string() {
            content["code"] = json!(with_prepared_crates(self.code()));
        }
        if let ("inspect_request", Some(cursor)) = (self.kind(), content["cursor_pos"].as_u64()) {
            let cursor = usize::try_from(cursor).unwrap_or(usize::MAX);
            content["cursor_pos"] = json!(end_of_word(self.code(), cursor));
        }
        let parts = signed_parts(&self.message).filter(|_| content != self.content);
        let changed = parts.and_then(|[header, parent, metadata, _]| {
            let content = content.to_string().into_bytes();
            let parts = [header.clone(), parent.clone(), metadata.clone(), content];
            with_parts(&self.message, key, parts)
        });
        changed.unwrap_or_else(|| self.message.clone())
    }

    /// The reply that the kernel would give, with the addresses that show the way back.
    pub(crate) fn reply(&self, content: &Value, key: &str) -> Message {
        let way = self.message.iter().take_while(|part| *part != DELIMITER);
        let mut reply: Message = way.cloned().collect();
        let kind = self.kind().replace("_request", "_reply");
        reply.extend(message(&self.header, &kind, content, key));
        reply
    }
}

/// A message that belongs to a request, of which `parent` is the header.
pub(crate) fn message(parent: &Value, kind: &str, content: &Value, key: &str) -> Message {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let mut header = parent.clone();
    header["msg_type"] = json!(kind);
    header["msg_id"] = json!(format!("{}-{number}", parent["msg_id"].as_str().unwrap_or("zunder")));
    header["username"] = json!("kernel");
    let signed = [&header, parent, &json!({}), content].map(|part| part.to_string().into_bytes());
    let mut message = vec![DELIMITER.to_vec(), sign(key, &signed).into_bytes()];
    message.extend(signed);
    message
}

/// Header, parent's header, metadata and content: the parts of a message that are signed.
pub(crate) fn signed_parts(message: &[Vec<u8>]) -> Option<&[Vec<u8>; 4]> {
    message.get(delimiter(message)? + 2..)?.first_chunk()
}

/// The message with other parts, signed anew.
pub(crate) fn with_parts(message: &[Vec<u8>], key: &str, parts: [Vec<u8>; 4]) -> Option<Message> {
    let mut changed = message[..=delimiter(message)?].to_vec();
    changed.push(sign(key, &parts).into_bytes());
    changed.extend(parts);
    Some(changed)
}

/// What a part says, if it is JSON.
pub(crate) fn json_of(part: &[u8]) -> Option<Value> {
    serde_json::from_slice(part).ok()
}

fn delimiter(message: &[Vec<u8>]) -> Option<usize> {
    message.iter().position(|part| part == DELIMITER)
}

/// Whether a message has the signature that its parts ask for, buffers behind the four too; to find that
/// out takes as long however much of it is right.
pub(crate) fn is_signed(message: &[Vec<u8>], key: &str) -> bool {
    let Some([signature, parts @ ..]) = delimiter(message).map(|place| &message[place + 1..])
    else {
        return false;
    };
    let bytes = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let signature: Option<Vec<u8>> = signature.chunks(2).map(bytes).collect();
    key.is_empty()
        || mac_of(key, parts)
            .zip(signature)
            .is_some_and(|(mac, signature)| mac.verify_slice(&signature).is_ok())
}

/// Jupyter's signature, HMAC-SHA256; without a key there is none.
pub(crate) fn sign(key: &str, parts: &[Vec<u8>]) -> String {
    let mac = mac_of(key, parts).filter(|_| !key.is_empty());
    let signed = mac.map(|mac| mac.finalize().into_bytes().to_vec()).unwrap_or_default();
    files::hex(signed)
}

/// A key may have any length: shorter ones are filled up, longer ones hashed.
fn mac_of(key: &str, parts: &[Vec<u8>]) -> Option<Hmac<Sha256>> {
    let mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).ok()?;
    Some(parts.iter().fold(mac, Mac::chain_update))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_whole_and_signed_is_a_request() {
        let parent = json!({"msg_type": "x", "msg_id": "1"});
        let good = message(&parent, "execute_request", &json!({"code": "1"}), "key");
        let request = Request::of(good.clone(), "key").expect("it is signed");
        assert_eq!((request.kind(), &request.content["code"]), ("execute_request", &json!("1")));
        let mut with_address = good.clone();
        with_address.insert(0, b"way".to_vec());
        let reply = Request::of(with_address, "key").map(|r| r.reply(&json!({}), "key"));
        assert_eq!(reply.and_then(|reply| reply.first().cloned()), Some(b"way".to_vec()));
        assert!(Request::of(good.clone(), "other").is_none());
        assert!(Request::of(good.clone(), "").is_some(), "without a key nothing is signed");
        for cut in 0..good.len() {
            assert!(Request::of(good[..cut].to_vec(), "key").is_none(), "{cut} parts");
        }
        for (place, wrong) in [(1, "zz"), (1, ""), (1, "é"), (2, "{}"), (5, "{\"code\": 2}")] {
            let mut changed = good.clone();
            changed[place] = wrong.as_bytes().to_vec();
            assert!(Request::of(changed, "key").is_none(), "{wrong}");
        }
    }

    /// The numbers are those of RFC 4231, test case 2.
    #[test]
    fn signatures_are_those_of_jupyter() {
        let parts = [b"what do ya want ".to_vec(), b"for nothing?".to_vec()];
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(sign("Jefe", &parts), expected);
        assert_eq!(sign("", &parts), "");
        // A key longer than a block; the number is that of Python's `hmac`.
        let long = sign(&"k".repeat(131), &[b"long".to_vec()]);
        assert_eq!(long, "dec6ba1789aeb83e5f3122b70a954fe4bb1b89308cb2feaed4471fa525a8bc4b");
    }
}
