//! A kernel that cannot start says so where the learner looks: it answers Jupyter as a kernel does, and
//! each cell fails with the reason. Else the page would show restarts, then a dead kernel, and no reason.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use rustix::process::getppid;
use serde_json::{Value, json};

use crate::base::failure::Result;
use crate::base::language::Language;
use crate::base::spoken::Spoken;
use crate::kernel::clients::{Clients, Take};
use crate::kernel::connection::listen;
use crate::kernel::message::{self, Request};
use crate::kernel::zmtp::Message;

/// What comes of a request.
#[derive(Default)]
struct Answer {
    published: Vec<Message>,
    reply: Message,
}

/// Answers until Jupyter ends this kernel, which a restart does too, or is gone itself.
pub(crate) fn say(connection: &Path, why: &Spoken) -> Result<()> {
    let listening = listen(connection)?;
    let key = listening.connection["key"].as_str().unwrap_or_default().to_owned();
    let language = Language::of(&std::env::var("ZUNDER_LANGUAGE").unwrap_or_default());
    let why = language.cannot_start(why);
    let clients = Clients::default();
    let (ends, ended) = channel();
    let answering = clients.clone();
    let take: Take = Arc::new(move |_, number, message| {
        let Some(request) = Request::of(message, &key) else { return };
        let Answer { published, reply } = answer(&request, &why, &key);
        published.iter().for_each(|message| answering.publish(message));
        answering.send(number, &reply);
        if request.kind() == "shutdown_request" {
            let _ = ends.send(());
        }
    });
    for (channel, listener) in listening.listeners {
        clients.accept(channel, listener, &take);
    }
    let jupyter = getppid();
    while ended.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
        if getppid() != jupyter {
            break;
        }
    }
    clients.finish();
    Ok(())
}

fn answer(request: &Request, why: &str, key: &str) -> Answer {
    let publish =
        |kind: &str, content: &Value| message::message(&request.header, kind, content, key);
    let status = |state: &str| publish("status", &json!({"execution_state": state}));
    let mut published = vec![status("busy")];
    let content = match request.kind() {
        "kernel_info_request" => json!({
            "status": "ok",
            "protocol_version": "5.3",
            "implementation": "zunder",
            "implementation_version": env!("CARGO_PKG_VERSION"),
            "language_info": {
                "name": "rust", "version": "", "mimetype": "text/rust", "file_extension": ".rs",
            },
            "banner": why,
            "help_links": [],
        }),
        "execute_request" => {
            let error = json!({"ename": "Zunder", "evalue": why, "traceback": [why]});
            published.push(publish("error", &error));
            let mut content = error;
            content["status"] = json!("error");
            content["execution_count"] = json!(0);
            content
        }
        "is_complete_request" => json!({"status": "unknown"}),
        _ => json!({
            "status": "ok", "history": [], "comms": {}, "matches": [], "cursor_start": 0,
            "cursor_end": 0, "metadata": {}, "found": false, "data": {}, "restart": false,
        }),
    };
    published.push(status("idle"));
    Answer { published, reply: request.reply(&content, key) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::message::{json_of, signed_parts};

    fn request(kind: &str) -> Request {
        let header = json!({"msg_type": kind, "msg_id": "1"});
        let content = json!({"code": "1 + 1"});
        let message = message::message(&header, kind, &content, "key");
        Request::of(message, "key").expect("it is signed")
    }

    #[test]
    fn each_cell_fails_with_the_reason_and_all_else_is_answered() {
        let content = |message: &Message| json_of(&signed_parts(message).unwrap()[3]).unwrap();
        let Answer { published, reply } = answer(&request("execute_request"), "no disk", "key");
        let published: Vec<Value> = published.iter().map(content).collect();
        assert_eq!(published[0]["execution_state"], "busy");
        assert_eq!(published[1]["evalue"], "no disk");
        assert_eq!(published[2]["execution_state"], "idle");
        assert_eq!(content(&reply)["status"], "error");
        for kind in ["kernel_info_request", "complete_request", "shutdown_request"] {
            let Answer { published, reply } = answer(&request(kind), "no disk", "key");
            assert_eq!((published.len(), &content(&reply)["status"]), (2, &json!("ok")), "{kind}");
        }
    }
}
