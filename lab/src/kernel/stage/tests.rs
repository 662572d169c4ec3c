//! The state between Jupyter and evcxr, told step by step.
//!
//! Over 300 lines: each test is a story of its own.

use super::*;

const KEY: &str = "key";

fn header(kind: &str, id: &str) -> Value {
    json!({"msg_type": kind, "msg_id": id, "session": "s"})
}

fn request(kind: &str, id: &str, content: &Value) -> Request {
    // The signature is that of the message's own header, so it is made from the parts.
    let parts = [&header(kind, id), &json!({}), &json!({}), content]
        .map(|part| part.to_string().into_bytes());
    let mut message = vec![message::DELIMITER.to_vec(), message::sign(KEY, &parts).into_bytes()];
    message.extend(parts);
    Request::of(message, KEY).expect("a request")
}

fn cell(id: &str) -> Request {
    request("execute_request", id, &json!({"code": "1", "allow_stdin": true}))
}

/// What evcxr would send for the request with this name.
fn from_evcxr(kind: &str, id: &str, content: &Value) -> Message {
    message::message(&header("execute_request", id), kind, content, KEY)
}

fn idle(id: &str) -> Message {
    from_evcxr("status", id, &json!({"execution_state": "idle"}))
}

fn ok(id: &str) -> Message {
    from_evcxr("execute_reply", id, &json!({"status": "ok", "execution_count": 2}))
}

/// What is to be done, in short: the kind of each message with what matters of it.
fn told(acts: &[Act]) -> Vec<String> {
    let of = |message: &Message| {
        let parts = signed_parts(message).expect("a message");
        let (header, parent) = (json_of(&parts[0]).unwrap(), json_of(&parts[1]).unwrap());
        let content = json_of(&parts[3]).unwrap();
        let matters = ["text", "execution_state", "status", "ename"];
        let matters = matters.iter().find_map(|name| content[*name].as_str()).unwrap_or_default();
        let id = parent["msg_id"].as_str().or(header["msg_id"].as_str()).unwrap_or_default();
        format!("{} {id} {matters}", header["msg_type"].as_str().unwrap_or_default())
    };
    let in_short = |act: &Act| match act {
        Act::Publish(message) => of(message),
        Act::Answer(way, message) => format!("to {way}: {}", of(message)),
        Act::Ask(channel, way, message) => format!("{channel:?} from {way}: {}", of(message)),
        Act::Words(words) => format!("words {}", String::from_utf8_lossy(words).trim_end()),
        Act::AnswerInput(message) => format!("input {}", of(message)),
        Act::Interrupt(process) => format!("interrupt {process}"),
        Act::EndRead(process) => format!("end read {process}"),
        Act::ForgetWords => "forget".to_owned(),
    };
    acts.iter().map(in_short).collect()
}

fn stage() -> Stage {
    Stage::new(KEY, Language::English)
}

fn running(id: &str) -> Stage {
    let mut stage = stage();
    stage.asked(Channel::Shell, 1, cell(id));
    stage
}

#[test]
fn a_reply_waits_for_the_end_of_its_cell_and_text_comes_before() {
    let mut stage = stage();
    assert_eq!(
        told(&stage.asked(Channel::Shell, 1, cell("a"))),
        ["Shell from 1: execute_request a "]
    );
    assert_eq!(told(&stage.printed(b"hi", b"")), [""; 0]);
    assert_eq!(told(&stage.answered(1, ok("a"))), [""; 0]);
    let end = stage.published(idle("a"));
    assert_eq!(told(&end), ["stream a hi", "status a idle", "to 1: execute_reply a ok"]);
    // What a thread prints later belongs to it still.
    stage.printed(b"late", b"");
    assert_eq!(told(&stage.flush()), ["stream a late"]);
}

#[test]
fn what_failed_is_said_once_also_behind_a_picture() {
    let mut stage = running("a");
    let stdout = b"ZUNDER_DISPLAY {\"id\": \"1\", \"data\": {}}\nEVCXR_ERROR_OCCURRED\nEVCXR_EXECUTION_COMPLETE\n";
    let acts = stage.printed(stdout, b"no digit\n");
    let told = told(&acts);
    assert_eq!(
        told,
        ["display_data a ", "words EVCXR_ERROR_OCCURRED", "words EVCXR_EXECUTION_COMPLETE"]
    );
}

#[test]
fn a_loop_that_is_compiled_twice_shows_nothing() {
    let mut stage = running("a");
    let shown =
        |text: &str| from_evcxr("execute_result", "a", &json!({"data": {"text/plain": text}}));
    assert!(stage.published(shown("()")).is_empty());
    assert_eq!(stage.published(shown("(1,)")).len(), 1);
}

#[test]
fn a_failed_cell_fails_and_those_that_wait_are_aborted() {
    let ends: [(&[u8], &[u8], &str, &str); 2] = [
        (b"x EVCXR_ERROR_OCCURRED\nEVCXR_EXECUTION_COMPLETE\n", b"no digit\n", "Error", "no digit"),
        (
            b"x EVCXR_PANIC_NOTIFICATION\nEVCXR_EXECUTION_COMPLETE\n",
            b"ZUNDER_PANIC {\"message\": \"out of bounds\", \"is_cell\": true}\n",
            "Panic",
            "out of bounds",
        ),
    ];
    for (stdout, stderr, name, value) in ends {
        for reply_first in [true, false] {
            let mut stage = running("a");
            assert!(stage.asked(Channel::Shell, 2, cell("b")).is_empty(), "one at a time");
            let acts = stage.printed(stdout, stderr);
            assert_eq!(told(&acts)[1], "words EVCXR_EXECUTION_COMPLETE");
            let mut acts = Vec::new();
            if reply_first {
                acts.extend(stage.answered(1, ok("a")));
            }
            acts.extend(stage.published(idle("a")));
            if !reply_first {
                acts.extend(stage.answered(1, ok("a")));
            }
            let expected = [
                "stream a x ",
                &format!("error a {name}"),
                "status a idle",
                "to 1: execute_reply a error",
                "status b busy",
                "to 2: execute_reply b aborted",
                "status b idle",
            ];
            assert_eq!(told(&acts), expected);
            let Act::Answer(_, reply) = &acts[3] else { panic!("a reply") };
            let content = json_of(&signed_parts(reply).unwrap()[3]).unwrap();
            assert_eq!(
                (&content["evalue"], &content["execution_count"]),
                (&json!(value), &json!(2))
            );
            assert!(content["traceback"][1].as_str().unwrap().contains("The cell stopped here"));
            assert!(Request::of(reply.clone(), KEY).is_some(), "it is signed");
            // The next one runs as usual.
            assert_eq!(told(&stage.asked(Channel::Shell, 1, cell("c"))).len(), 1);
        }
    }
}

#[test]
fn whoever_wants_to_go_on_after_a_failure_does() {
    let mut stage = stage();
    let on = request("execute_request", "a", &json!({"code": "1", "stop_on_error": false}));
    stage.asked(Channel::Shell, 1, on);
    stage.asked(Channel::Shell, 1, cell("b"));
    stage.printed(b"EVCXR_ERROR_OCCURRED\n", b"no\n");
    stage.published(idle("a"));
    let acts = stage.answered(1, ok("a"));
    assert_eq!(told(&acts), ["to 1: execute_reply a error", "Shell from 1: execute_request b "]);
}

#[test]
fn errors_of_the_compiler_stay_and_stand_in_the_reply_too() {
    let mut stage = running("a");
    let content = json!({"ename": "Error", "evalue": "mismatched types", "traceback": ["line"]});
    let shown = stage.published(from_evcxr("error", "a", &content));
    assert_eq!(told(&shown), ["error a Error"]);
    let failed =
        from_evcxr("execute_reply", "a", &json!({"status": "error", "execution_count": 2}));
    stage.answered(1, failed);
    let acts = stage.published(idle("a"));
    assert_eq!(told(&acts), ["status a idle", "to 1: execute_reply a error"], "not shown twice");
    let Act::Answer(_, reply) = &acts[1] else { panic!("a reply") };
    let reply = json_of(&signed_parts(reply).unwrap()[3]).unwrap();
    assert_eq!(
        (&reply["evalue"], &reply["traceback"][0]),
        (&json!("mismatched types"), &json!("line"))
    );
}

/// The last line of what is shown of an error.
fn last_line(stage: &mut Stage, said: &str, frame: &str) -> String {
    let content = json!({"ename": "Error", "evalue": said, "traceback": [frame]});
    let acts = stage.published(from_evcxr("error", "a", &content));
    let Some(Act::Publish(error)) = acts.last() else { panic!("an error") };
    let error = json_of(&signed_parts(error).unwrap()[3]).unwrap();
    let last = error["traceback"].as_array().unwrap().last().unwrap().as_str().unwrap();
    last.replace('\n', " ")
}

#[test]
fn errors_of_several_lines_get_their_remedies_but_none_twice() {
    let mut stage = running("a");
    let mut told = |said: &str, line: usize| {
        let frame = format!(" {line} │ the cell");
        let last = last_line(&mut stage, said, &frame);
        (last != frame).then_some(last)
    };
    let first = told("no matching package named `smawk` found", 1).unwrap();
    assert!(first.contains("`:offline 0`"), "{first}");
    assert_eq!(told("mismatched types", 1), None, "it comes of the first");
    let second = told("no method named `a`", 2).unwrap();
    assert!(second.starts_with("Press Tab behind the dot"), "{second}");
    assert_eq!(told("no method named `b`", 3), None, "it was told");
    assert!(told("mismatched types", 4).is_some());
    assert_eq!(told("cannot find function `f`", 5), None, "that is enough");
}

#[test]
fn a_variable_that_is_lost_is_told_once() {
    let mut stage = running("a");
    stage.printed(b"EVCXR_VARIABLE_CHANGED_TYPE:p\n", b"");
    let lost = told(&stage.flush()).join(" ");
    assert!(lost.starts_with("stream a The variable p is lost"), "{lost}");
    let said = "cannot find value `p` in this scope";
    assert_eq!(last_line(&mut stage, said, "frame"), "frame");
    stage.answered(1, ok("a"));
    stage.published(idle("a"));
    stage.asked(Channel::Shell, 1, cell("a"));
    let later = last_line(&mut stage, said, "frame");
    assert!(later.starts_with("The variable p is lost"), "{later}");
}

#[test]
fn a_panic_of_rusts_own_words_gets_its_remedy() {
    let mut stage = running("a");
    stage.printed(
        b"EVCXR_PANIC_NOTIFICATION\nEVCXR_EXECUTION_COMPLETE\n",
        b"ZUNDER_PANIC {\"message\": \"index out of bounds: the len is 3\", \"is_cell\": true}\n",
    );
    stage.answered(1, ok("a"));
    let acts = stage.published(idle("a"));
    let error = acts.iter().find_map(|act| match act {
        Act::Publish(message) => Some(json_of(&signed_parts(message).unwrap()[3]).unwrap()),
        _ => None,
    });
    let error = error.expect("an error");
    assert!(error["traceback"][1].as_str().unwrap().starts_with("Counting begins"), "{error}");
    assert!(error["traceback"][2].as_str().unwrap().starts_with("The cell stopped"), "{error}");
}

#[test]
fn what_forgets_all_is_not_run() {
    let mut stage = stage();
    let clear = request("execute_request", "a", &json!({"code": "// anew\n :clear"}));
    let acts = told(&stage.asked(Channel::Shell, 1, clear));
    assert!(acts[1].contains("choose Kernel > Restart Kernel"), "{acts:?}");
    assert_eq!(
        [&acts[0], &acts[2], &acts[3]],
        ["status a busy", "to 1: execute_reply a ok", "status a idle"]
    );
    assert_eq!(
        told(&stage.asked(Channel::Shell, 1, cell("b"))),
        ["Shell from 1: execute_request b "]
    );
}

#[test]
fn a_main_and_a_test_that_nothing_calls_are_told() {
    let said = |code: &str| {
        let mut stage = stage();
        stage.asked(Channel::Shell, 1, request("execute_request", "a", &json!({"code": code})));
        stage.answered(1, ok("a"));
        told(&stage.published(idle("a"))).remove(0)
    };
    assert!(
        said("fn main() {\n println!(\"hello\");\n}").starts_with("stream a A notebook does not")
    );
    let test = "#[test]\nfn one() { assert_eq!(1, 2); }";
    assert!(said(test).starts_with("stream a A notebook runs no tests"), "{}", said(test));
    for code in
        ["fn main() {}\nmain()", "fn mean() {}", "let main = \"fn main()\";", "let test = [1];"]
    {
        assert_eq!(said(code), "status a idle", "{code}");
    }
}

#[test]
fn what_has_no_end_is_not_run_and_stops_those_that_wait() {
    let mut stage = running("a");
    let code = |id: &str, code: &str| {
        request("execute_request", id, &json!({"code": code, "allow_stdin": true}))
    };
    for request in [code("b", "let x = 1;\n/* later"), code("c", "1")] {
        assert!(stage.asked(Channel::Shell, 1, request).is_empty());
    }
    stage.answered(1, ok("a"));
    let acts = told(&stage.published(idle("a")));
    assert_eq!(
        acts[2..],
        [
            "status b busy",
            "error b Error",
            "to 1: execute_reply b error",
            "status b idle",
            "status c busy",
            "to 1: execute_reply c aborted",
            "status c idle"
        ]
    );
    let acts = stage.asked(Channel::Shell, 1, code("d", "\n\nprintln!(\"hello);"));
    let Act::Publish(error) = &acts[1] else { panic!("{acts:?}") };
    let error = json_of(&signed_parts(error).expect("a message")[3]).unwrap_or_default();
    assert!(error["evalue"].as_str().is_some_and(|said| said.contains("in line 3")), "{error}");
    assert_eq!(
        told(&stage.asked(Channel::Shell, 1, cell("e"))),
        ["Shell from 1: execute_request e "]
    );
}

#[test]
fn a_type_that_is_defined_anew_is_told_in_plain_words() {
    let mut stage = running("a");
    // evcxr writes it in several pieces.
    stage.printed(b"", b"The type of the variable ");
    stage.printed(b"EVCXR_VARIABLE_CHANGED_TYPE:x\n", b"x was redefined, so was lost.\nother\n");
    let told = told(&stage.flush()).join(" ").replace('\n', " ");
    assert!(told.starts_with("stream a The variable x is lost"), "{told}");
    assert!(told.ends_with("again that makes it. other "), "{told}");
}

#[test]
fn the_end_of_a_process_is_said_in_plain_words_only() {
    let mut stage = running("a");
    stage.printed(
        b"ZUNDER_PROCESS 77\nEVCXR_BEGIN_CONTENT text/html\n<b>\n",
        b"memory allocation of 8 bytes failed\n",
    );
    let content = json!({"ename": "Error", "traceback": [],
        "evalue": "Subprocess terminated with status: signal: 6 (SIGABRT) (core dumped)"});
    let acts = stage.published(from_evcxr("error", "a", &content));
    assert_eq!(told(&acts), ["error a ProcessEnded", "forget"]);
    let Act::Publish(error) = &acts[0] else { panic!("an error") };
    let error = json_of(&signed_parts(error).unwrap()[3]).unwrap();
    assert!(error["evalue"].as_str().unwrap().contains("The memory does not suffice"), "{error}");
    // The new process has nothing to do with the old one, which ended in the middle of a page.
    assert_eq!(
        told(&stage.printed(b"EVCXR_ERROR_OCCURRED\n", b"")),
        ["words EVCXR_ERROR_OCCURRED"]
    );
    let stop = stage.asked(Channel::Control, 3, request("interrupt_request", "i", &json!({})));
    assert_eq!(told(&stop), ["to 3: interrupt_reply i ok"]);
}

#[test]
fn words_that_only_sound_like_the_last_ones_are_shown() {
    let mut stage = running("a");
    stage.printed(b"", b"so: memory allocation of a large array\n");
    assert_eq!(told(&stage.flush()), ["stream a so: "]);
    let end = stage.published(idle("a"));
    assert_eq!(told(&end), ["stream a memory allocation of a large array\n", "status a idle"]);
}

#[test]
fn the_stop_button_reaches_the_process_by_message_too() {
    let mut stage = stage();
    stage.printed(b"ZUNDER_PROCESS 77\n", b"");
    let stop = stage.asked(Channel::Control, 3, request("interrupt_request", "i", &json!({})));
    assert_eq!(told(&stop), ["interrupt 77", "to 3: interrupt_reply i ok"]);
}

#[test]
fn output_without_end_is_cut_once_and_the_next_cell_prints_again() {
    let mut stage = running("a");
    let much = "ä".repeat(1_000_000);
    let mut shown = 0;
    let mut cuts = 0;
    for _ in 0..20 {
        stage.printed(much.as_bytes(), b"");
        for text in told(&stage.flush()) {
            shown += text.len();
            cuts += text.matches("the rest is not shown").count();
        }
    }
    assert!(cuts == 1 && (9_900_000..10_001_000).contains(&shown), "{cuts} {shown}");
    stage.answered(1, ok("a"));
    stage.published(idle("a"));
    stage.asked(Channel::Shell, 1, cell("b"));
    stage.printed(b"again", b"");
    assert_eq!(told(&stage.flush()), ["stream b again"]);
}

#[test]
fn a_line_is_asked_for_once_and_no_answer_is_left_over() {
    let mut stage = running("a");
    let asks = ["words EVCXR_INPUT_REQUEST:"];
    assert_eq!(told(&stage.printed(b"Name? ZUNDER_READS\n", b"")), asks);
    assert_eq!(told(&stage.printed(b"ZUNDER_READS\n", b"")), [""; 0], "it waits already");
    let answer = || request("input_reply", "r", &json!({"value": "Ada"}));
    assert_eq!(told(&stage.input(answer())), ["input input_reply r "]);
    assert_eq!(told(&stage.input(answer())), [""; 0], "nobody has asked");
    // The crate for input asks by itself, and the stop button answers in place of the person.
    assert_eq!(
        told(&stage.printed(b"EVCXR_INPUT_REQUEST:Age?\n", b"")),
        ["words EVCXR_INPUT_REQUEST:Age?"]
    );
    assert_eq!(told(&stage.printed(b"ZUNDER_STOP\n", b"")), ["input input_reply a "]);
    // Between two cells evcxr's own loop reads.
    stage.printed(b"EVCXR_EXECUTION_COMPLETE\n", b"");
    assert_eq!(told(&stage.printed(b"ZUNDER_READS\n", b"")), [""; 0]);
}

#[test]
fn where_nobody_can_be_asked_it_is_said() {
    let mut stage = Stage::new(KEY, Language::of("de"));
    stage.asked(Channel::Shell, 1, request("execute_request", "a", &json!({"allow_stdin": false})));
    assert_eq!(told(&stage.printed(b"ZUNDER_READS\n", b"")), ["words EVCXR_INPUT_REQUEST:"]);
    let said = told(&stage.flush());
    assert!(said[0].contains("liest eine Zeile von der Tastatur"), "{said:?}");
    // A cell that reads to the end asks again and again.
    assert_eq!(told(&stage.printed(b"ZUNDER_READS\n", b"")), ["words EVCXR_INPUT_REQUEST:"]);
    assert_eq!(told(&stage.flush()), [""; 0], "it was said");
    assert_eq!(told(&stage.input(request("input_reply", "r", &json!({})))), [""; 0]);
}

#[test]
fn what_evcxr_does_not_answer_is_answered_here() {
    let mut stage = stage();
    for kind in ["history", "comm_info"] {
        let acts =
            stage.asked(Channel::Shell, 4, request(&format!("{kind}_request"), "h", &json!({})));
        let reply = format!("to 4: {kind}_reply h ok");
        assert_eq!(told(&acts), ["status h busy", &reply, "status h idle"]);
    }
    let other = stage.asked(Channel::Control, 4, request("shutdown_request", "q", &json!({})));
    assert_eq!(told(&other), ["Control from 4: shutdown_request q "]);
}

#[test]
fn the_crate_chooses_the_language_and_says_whole_lines() {
    let mut stage = running("a");
    stage.printed(b"50 %\rZUNDER_SAY You pressed stop\nZUNDER_LANGUAGE de\n", b"");
    assert_eq!(told(&stage.flush()), ["stream a 50 %\r\nYou pressed stop\n"]);
    stage.printed(b"", b"ZUNDER_PANIC {\"message\": \"no\", \"is_cell\": false}\n");
    assert_eq!(told(&stage.flush()), ["stream a Ein Thread ist abgebrochen (panic): no\n"]);
}

/// The words of the error among what is to be done.
fn error_of(acts: &[Act]) -> String {
    let contents = acts.iter().filter_map(|act| match act {
        Act::Publish(message) => json_of(&signed_parts(message)?[3]),
        _ => None,
    });
    let mut errors = contents.filter_map(|content| Some(content["evalue"].as_str()?.to_owned()));
    errors.next().unwrap_or_default()
}

#[test]
fn what_the_crate_refuses_is_in_the_error() {
    let mut stage = running("a");
    stage.printed(b"EVCXR_PANIC_NOTIFICATION\nEVCXR_EXECUTION_COMPLETE\n", b"too large\n");
    let acts = stage.published(idle("a"));
    assert_eq!(error_of(&acts), "too large");
    assert_eq!(told(&acts)[0], "error a Panic", "and not printed beside it");
}

#[test]
fn of_a_long_error_the_beginning_is_shown() {
    let long = format!("assertion failed: {}", "ä ".repeat(100_000));
    let words = format!("{long}\n");
    let panic = format!("ZUNDER_PANIC {}\n", json!({"message": long, "is_cell": true}));
    for (end, said) in [("PANIC_NOTIFICATION", &panic), ("ERROR_OCCURRED", &words)] {
        let mut stage = running("a");
        let end = format!("EVCXR_{end}\nEVCXR_EXECUTION_COMPLETE\n");
        stage.printed(end.as_bytes(), said.as_bytes());
        let error = error_of(&stage.published(idle("a")));
        assert!(error.starts_with("assertion failed: ä"), "{end}");
        assert!(error.ends_with("... (cut off here)") && error.len() < 20_100, "{end}");
    }
}

#[test]
fn a_panic_that_ends_the_process_is_that_of_the_learner() {
    let mut stage = running("a");
    stage.printed(b"", b"ZUNDER_PANIC {\"message\": \"mine\", \"is_cell\": true}\n");
    let second = "panic in a function that cannot unwind";
    let second = format!("ZUNDER_PANIC {{\"message\": \"{second}\", \"is_cell\": true}}\n");
    let last = "thread caused non-unwinding panic. aborting.\n";
    stage.printed(b"", format!("{second}{last}").as_bytes());
    assert_eq!(told(&stage.flush()), [""; 0], "the error says it");
    let content = json!({"ename": "Error", "traceback": [],
        "evalue": "Subprocess terminated with status: signal: 6 (SIGABRT) (core dumped)"});
    let error = error_of(&stage.published(from_evcxr("error", "a", &content)));
    assert!(error.contains("ended: mine\n"), "{error}");
}

#[test]
fn a_function_of_evcxrs_own_is_not_named() {
    let said = "expected `;`, found keyword `fn`";
    for (code, words) in [("2 + 2\n3 + 3", "expected `;`, found the next line"), ("2 fn", said)] {
        let mut stage = stage();
        stage.asked(Channel::Shell, 1, request("execute_request", "a", &json!({"code": code})));
        let content = json!({"ename": "Error", "evalue": said, "traceback": [said]});
        assert_eq!(error_of(&stage.published(from_evcxr("error", "a", &content))), words);
    }
}

#[test]
fn an_umlaut_costs_neither_the_picture_nor_the_remedy() {
    let mut stage = stage();
    let line = "let größe: f32 = 1;";
    stage.asked(Channel::Shell, 1, request("execute_request", "a", &json!({"code": line})));
    let said = "mismatched types";
    let place =
        "\u{1b}[91m                 ^\u{1b}[0m \u{1b}[94mexpected `f32`, found integer\u{1b}[0m";
    let content = json!({"ename": "Error", "evalue": said, "traceback": [line, place, said]});
    let acts = stage.published(from_evcxr("error", "a", &content));
    let Act::Publish(message) = &acts[0] else { panic!("an error") };
    let shown = &json_of(&signed_parts(message).unwrap()[3]).unwrap()["traceback"];
    assert_eq!(shown[3], "   │                  ╰── expected `f32`, found integer");
    assert!(shown[5].as_str().unwrap().starts_with("Rust does not mix kinds"), "{shown}");
}

#[test]
fn a_cell_that_asks_on_and_on_is_ended_by_one_press() {
    let mut stage = running("a");
    let asks = ["words EVCXR_INPUT_REQUEST:"];
    assert_eq!(told(&stage.printed(b"ZUNDER_PROCESS 77\nZUNDER_READS\n", b"")), asks);
    assert_eq!(told(&stage.printed(b"ZUNDER_STOP\n", b"")), ["input input_reply a "]);
    assert_eq!(told(&stage.printed(b"ZUNDER_READS\n", b"")), ["end read 77"]);
    let said =
        "no line: Error { kind: InvalidData, message: \"stream did not contain valid UTF-8\" }";
    let said = json!({"message": said, "is_cell": true});
    stage.printed(b"", format!("ZUNDER_PANIC {said}\n").as_bytes());
    stage.printed(b"EVCXR_PANIC_NOTIFICATION\nEVCXR_EXECUTION_COMPLETE\n", b"");
    assert_eq!(told(&stage.printed(b"ZUNDER_READS\n", b"")), [""; 0], "evcxr's own loop reads");
    assert!(error_of(&stage.published(idle("a"))).starts_with("The stop button has ended"));
    stage.answered(1, ok("a"));
    stage.asked(Channel::Shell, 1, cell("b"));
    assert_eq!(told(&stage.printed(b"ZUNDER_READS\n", b"")), asks, "the next cell asks again");
}

#[test]
fn stop_is_answered_before_a_cell_runs_too() {
    let mut stage = running("a");
    stage.printed(b"ZUNDER_STOP\n", b"");
    let said = told(&stage.flush());
    assert!(said[0].starts_with("stream a You pressed stop, but the compiler"), "{said:?}");
    stage.printed(b"ZUNDER_PROCESS 77\nZUNDER_STOP\n", b"");
    assert_eq!(
        told(&stage.flush()),
        [""; 0],
        "the cell ends, or the process says that it does not"
    );
}
