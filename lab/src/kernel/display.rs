//! Turns a marked line of a cell's output into a picture that Jupyter shows at once.
//!
//! evcxr passes each line on as a message, and pictures only when the cell has ended. The crate
//! prints the curves of a running `fit` as one line, `ZUNDER_DISPLAY {"id": ..., "update": ...,
//! "data": {"image/svg+xml": ...}}`; here its message becomes `display_data`, or
//! `update_display_data` when the picture takes the place of an earlier one.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::kernel::zmtp::Message;

/// What a marked line begins with.
const MARK: &str = "ZUNDER_DISPLAY ";

/// Stands between the addresses and the parts that are signed.
pub(crate) const DELIMITER: &[u8] = b"<IDS|MSG>";

/// Makes a picture of a message that holds a marked line; any other message stays as it is.
pub(crate) fn pictured(message: Message, key: &str) -> Message {
    match picture(&message, key) {
        Some(picture) => picture,
        None => message,
    }
}

fn picture(message: &[Vec<u8>], key: &str) -> Option<Message> {
    let [header, parent, metadata, content] = signed_parts(message)?;
    // Cheap to see for nearly all messages, without taking them apart.
    if !content.windows(MARK.len()).any(|window| window == MARK.as_bytes()) {
        return None;
    }
    let mut header: Value = serde_json::from_slice(header).ok()?;
    let content: Value = serde_json::from_slice(content).ok()?;
    if header["msg_type"] != "stream" || content["name"] != "stdout" {
        return None;
    }
    let line: Value = serde_json::from_str(content["text"].as_str()?.strip_prefix(MARK)?).ok()?;
    let kind = if line["update"] == true { "update_display_data" } else { "display_data" };
    header["msg_type"] = json!(kind);
    let content = json!({
        "data": line["data"].as_object()?,
        "metadata": {},
        "transient": {"display_id": line["id"].as_str()?},
    });
    let [header, content] = [header, content].map(|part| part.to_string().into_bytes());
    with_parts(message, key, [header, parent.clone(), metadata.clone(), content])
}

/// Header, parent's header, metadata and content: the parts of a message that are signed.
pub(crate) fn signed_parts(message: &[Vec<u8>]) -> Option<&[Vec<u8>; 4]> {
    let delimiter = message.iter().position(|part| part == DELIMITER)?;
    message.get(delimiter + 2..delimiter + 6)?.try_into().ok()
}

/// The message with other parts, signed anew.
pub(crate) fn with_parts(message: &[Vec<u8>], key: &str, parts: [Vec<u8>; 4]) -> Option<Message> {
    let delimiter = message.iter().position(|part| part == DELIMITER)?;
    let mut changed = message[..=delimiter].to_vec();
    changed.push(sign(key, &parts).into_bytes());
    changed.extend(parts);
    Some(changed)
}

/// Jupyter's signature, HMAC-SHA256; without a key there is none.
pub(crate) fn sign(key: &str, parts: &[Vec<u8>]) -> String {
    if key.is_empty() {
        return String::new();
    }
    // A key may have any length: shorter ones are filled up, longer ones hashed.
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else { return String::new() };
    let signed = parts.iter().fold(mac, Mac::chain_update).finalize().into_bytes();
    signed.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(name: &str, text: &str) -> Message {
        let header = json!({"msg_type": "stream", "msg_id": "7"}).to_string();
        let content = json!({"name": name, "text": text}).to_string();
        let parts = ["<IDS|MSG>", "signature", &header, "{\"msg_id\":\"3\"}", "{}", &content];
        parts.map(|part| part.as_bytes().to_vec()).to_vec()
    }

    fn line(update: bool) -> String {
        let picture = json!({"id": "a", "update": update, "data": {"image/svg+xml": "<svg>"}});
        format!("{MARK}{picture}\n")
    }

    #[test]
    fn a_marked_line_becomes_a_picture() {
        for (update, kind) in [(false, "display_data"), (true, "update_display_data")] {
            let message = pictured(stream("stdout", &line(update)), "key");
            let json = |part: usize| serde_json::from_slice::<Value>(&message[part]).ok();
            assert_eq!(json(2), Some(json!({"msg_type": kind, "msg_id": "7"})));
            assert_eq!(json(3), Some(json!({"msg_id": "3"})));
            let content = json!({
                "data": {"image/svg+xml": "<svg>"}, "metadata": {}, "transient": {"display_id": "a"},
            });
            assert_eq!(json(5), Some(content));
            assert_eq!(message[1], sign("key", &message[2..]).into_bytes());
        }
    }

    #[test]
    fn everything_else_stays_as_it_is() {
        let broken = [MARK.to_owned(), format!("{MARK}{{}}\n"), format!("{MARK}{{\"id\": \"a\"")];
        let others = [stream("stdout", "Epoch 1"), stream("stderr", &line(false)), Message::new()];
        for message in broken.map(|text| stream("stdout", &text)).into_iter().chain(others) {
            assert_eq!(pictured(message.clone(), "key"), message);
        }
        let quoted = stream("stdout", &format!("it prints {}", line(false)));
        assert_eq!(pictured(quoted.clone(), "key"), quoted);
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
