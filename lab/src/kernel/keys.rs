//! The keys of a kernel that has waited: Jupyter's is another one than that with which evcxr was started,
//! so what goes through the relay is checked with one and signed with the other.

use serde_json::Value;

use crate::kernel::message::{signed_parts, with_parts};
use crate::kernel::zmtp::Message;

/// Jupyter's key, and evcxr's where it is another one.
#[derive(Clone)]
pub(crate) struct Keys {
    pub(crate) jupyter: String,
    evcxr: Option<String>,
}

impl Keys {
    /// Of the connection files of evcxr and of Jupyter.
    pub(crate) fn between(inside: &Value, outside: &Value) -> Self {
        let key = |file: &Value| file["key"].as_str().unwrap_or_default().to_owned();
        let (evcxr, jupyter) = (key(inside), key(outside));
        Self { evcxr: (evcxr != jupyter).then_some(evcxr), jupyter }
    }

    /// What evcxr sends, signed for Jupyter.
    pub(crate) fn for_jupyter(&self, message: Message) -> Message {
        match &self.evcxr {
            Some(evcxr) => signed_anew(&message, evcxr, &self.jupyter).unwrap_or(message),
            None => message,
        }
    }

    /// What Jupyter sends, signed for evcxr. What Jupyter's key did not sign stays wrong.
    pub(crate) fn for_evcxr(&self, message: Message) -> Message {
        match &self.evcxr {
            Some(evcxr) => signed_anew(&message, &self.jupyter, evcxr).unwrap_or(message),
            None => message,
        }
    }
}

fn signed_anew(message: &[Vec<u8>], from: &str, to: &str) -> Option<Message> {
    let parts = signed_parts(message)?;
    let is_right = with_parts(message, from, parts.clone())? == message;
    is_right.then(|| with_parts(message, to, parts.clone()))?
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_message_changes_its_key_only_when_it_is_rightly_signed() {
        let keys = Keys::between(&json!({"key": "own"}), &json!({"key": "jupyter"}));
        let unsigned: Message =
            [&b"way"[..], b"<IDS|MSG>", b"", b"{}", b"{}", b"{}", b"{}"].map(<[u8]>::to_vec).into();
        let signed = |key: &str| {
            let parts = signed_parts(&unsigned).expect("they are there").clone();
            with_parts(&unsigned, key, parts).expect("it can be signed")
        };
        assert_eq!(keys.for_evcxr(signed("jupyter")), signed("own"));
        assert_eq!(keys.for_jupyter(signed("own")), signed("jupyter"));
        assert_eq!(keys.for_evcxr(signed("foreign")), signed("foreign"));
        assert_eq!(keys.for_evcxr(vec![b"topic".to_vec()]), vec![b"topic".to_vec()]);
        let usual = Keys::between(&json!({"key": "jupyter"}), &json!({"key": "jupyter"}));
        assert_eq!(usual.for_evcxr(signed("jupyter")), signed("jupyter"));
    }
}
