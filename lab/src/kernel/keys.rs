//! The keys of a kernel that has waited: Jupyter's is another one than that with which evcxr was started,
//! so what goes through the relay is checked with one and signed with the other.

use serde_json::Value;

use crate::kernel::display::{signed_parts, with_parts};
use crate::kernel::zmtp::Message;

/// Jupyter's key, and evcxr's where it is another one.
#[derive(Clone)]
pub(crate) struct Keys {
    pub(crate) jupyter: String,
    evcxr: Option<String>,
}

impl Keys {
    /// As the relay's file has them.
    pub(crate) fn of(connection: &Value) -> Self {
        let key = |name: &str| connection[name].as_str().map(str::to_owned);
        let (evcxr, jupyter) = (key("key"), key("key_of_jupyter"));
        match jupyter {
            Some(jupyter) => Self { jupyter, evcxr },
            None => Self { jupyter: evcxr.unwrap_or_default(), evcxr: None },
        }
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
        let keys = Keys::of(&json!({"key": "own", "key_of_jupyter": "jupyter"}));
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
        let usual = Keys::of(&json!({"key": "jupyter"}));
        assert_eq!(usual.for_evcxr(signed("jupyter")), signed("jupyter"));
    }
}
