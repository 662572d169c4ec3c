//! Texts of notebooks, which are Markdown, as a part of a page.

use markdown::mdast::{AlignKind, Node, Table};
use markdown::{ParseOptions, to_mdast};
use maud::{Markup, PreEscaped, html};

use crate::base::language::Language;
use crate::book::highlight;
use crate::book::places::{Places, slug};

/// What stands below a heading, for the contents and for searching.
#[derive(Debug, Default)]
pub(crate) struct Section {
    pub(crate) anchor: String,
    pub(crate) heading: String,
    /// 1 for a page's own heading.
    pub(crate) depth: u8,
    /// Its words, without markup.
    pub(crate) text: String,
}

/// Writes the texts of one page, and keeps its sections.
pub(crate) struct Writer<'a> {
    places: &'a Places,
    /// What the anchors of this page begin with: the page to print has all of them.
    page: &'a str,
    pub(crate) sections: Vec<Section>,
}

/// Reads Markdown with tables. Any text is some.
pub(crate) fn parse(text: &str) -> Vec<Node> {
    let tree = to_mdast(text, &ParseOptions::gfm()).ok();
    tree.and_then(|tree| tree.children().cloned()).unwrap_or_default()
}

/// The words of a piece of text, without markup.
pub(crate) fn words(node: &Node) -> String {
    let mut words = match node.children() {
        Some(children) => children.iter().map(words).collect(),
        None if matches!(node, Node::Html(_)) => String::new(),
        None => node.to_string(),
    };
    if !matches!(
        node,
        Node::Text(_)
            | Node::InlineCode(_)
            | Node::Strong(_)
            | Node::Emphasis(_)
            | Node::Link(_)
            | Node::Delete(_)
    ) {
        words.push(' ');
    }
    words
}

impl<'a> Writer<'a> {
    /// For a page of this name.
    pub(crate) fn new(places: &'a Places, page: &'a str) -> Self {
        Writer { places, page, sections: Vec::new() }
    }

    /// A text with its headings.
    pub(crate) fn text(&mut self, text: &str) -> Markup {
        let nodes = parse(text);
        html! {
            @for node in &nodes {
                @if let Node::Heading(heading) = node {
                    (self.heading(heading.depth, &words(node), &heading.children))
                } @else {
                    (self.noted(node))
                }
            }
        }
    }

    /// What stands below the last heading can be found by these words, too.
    pub(crate) fn note(&mut self, words: &str) {
        if let Some(section) = self.sections.last_mut() {
            section.text.push_str(words);
            section.text.push(' ');
        }
    }

    fn noted(&mut self, node: &Node) -> Markup {
        self.note(&words(node));
        self.node(node)
    }

    fn heading(&mut self, depth: u8, heading: &str, children: &[Node]) -> Markup {
        let heading = heading.trim().to_owned();
        let anchor = self.new_anchor(&heading);
        let link = html! {
            a.anchor href=(format!("#{anchor}"))
                aria-label=(format!("{} {heading}", self.places.language.either("Link to", "Link zu"))) { "#" }
        };
        let inside = html! { (self.nodes(children)) " " (link) };
        let markup = match depth {
            1 => html! { h1 id=(anchor) { (inside) } },
            2 => html! { h2 id=(anchor) { (inside) } },
            3 => html! { h3 id=(anchor) { (inside) } },
            _ => html! { h4 id=(anchor) { (inside) } },
        };
        self.sections.push(Section { anchor, heading, depth, text: String::new() });
        markup
    }

    /// An anchor that no other heading of the book in this language has.
    fn new_anchor(&self, heading: &str) -> String {
        let first = format!("{}-{}", self.page, slug(heading));
        let is_taken = |anchor: &str| self.sections.iter().any(|section| section.anchor == anchor);
        let mut number = 1;
        let mut anchor = first.clone();
        while is_taken(&anchor) {
            number += 1;
            anchor = format!("{first}-{number}");
        }
        anchor
    }

    /// Pieces of text one behind the other.
    pub(crate) fn nodes(&self, nodes: &[Node]) -> Markup {
        html! { @for node in nodes { (self.node(node)) } }
    }

    fn node(&self, node: &Node) -> Markup {
        let children = node.children().map_or(&[][..], Vec::as_slice);
        let inside = || self.nodes(children);
        match node {
            Node::Paragraph(_) => html! { p { (inside()) } },
            Node::Heading(_) => html! { p { strong { (inside()) } } },
            Node::Text(text) => html! { (text.value) },
            Node::Emphasis(_) => html! { em { (inside()) } },
            Node::Delete(_) => html! { del { (inside()) } },
            Node::Strong(_) => match self.places.explanation(&words(node)) {
                Some(anchor) => html! {
                    a.term href=(format!("glossary.html#{anchor}")) { strong { (inside()) } }
                },
                None => html! { strong { (inside()) } },
            },
            Node::InlineCode(code) if self.places.is_chapter(&code.value) => html! {
                a href=(format!("{}.html", code.value)) { code { (code.value) } }
            },
            Node::InlineCode(code) => html! { code { (code.value) } },
            Node::Code(code) if code.lang.as_deref() == Some("rust") => self::code(&code.value),
            Node::Code(code) => html! { pre.plain tabindex="0" { code { (code.value) } } },
            Node::Break(_) => html! { br; },
            Node::ThematicBreak(_) => html! { hr; },
            Node::Blockquote(_) => html! { blockquote { (inside()) } },
            Node::List(list) if list.ordered => html! {
                ol start=(list.start.unwrap_or(1)) { (inside()) }
            },
            Node::List(_) => html! { ul { (inside()) } },
            Node::ListItem(item) => html! { li { (self.item(children, item.spread)) } },
            Node::Link(link) => match self.places.target(&link.url) {
                // A link in a link is none.
                Some(url) => {
                    html! { a href=(url) { @for child in children { (self.in_link(child)) } } }
                }
                None => inside(),
            },
            Node::Table(table) => self.table(table),
            Node::Html(html) if html.value.starts_with("<!--") => html! {},
            Node::Html(html) => PreEscaped(html.value.clone()),
            other => html! { (other.to_string()) },
        }
    }

    fn in_link(&self, node: &Node) -> Markup {
        match node {
            Node::InlineCode(code) => html! { code { (code.value) } },
            Node::Strong(_) => html! { strong { (words(node)) } },
            other => self.node(other),
        }
    }

    /// The lines of a list stand close together unless the text has blank lines between them.
    fn item(&self, children: &[Node], is_spread: bool) -> Markup {
        html! {
            @for child in children {
                @match child {
                    Node::Paragraph(text) if !is_spread => (self.nodes(&text.children)),
                    other => (self.node(other)),
                }
            }
        }
    }

    fn table(&self, table: &Table) -> Markup {
        let rows: Vec<&Vec<Node>> = table.children.iter().filter_map(Node::children).collect();
        let Some((head, rows)) = rows.split_first() else { return html! {} };
        let cells = |row: &[Node], is_head: bool| {
            html! {
                @for (cell, align) in row.iter().zip(&table.align) {
                    @let inside = self.nodes(cell.children().map_or(&[], Vec::as_slice));
                    @let class = (*align == AlignKind::Right).then_some("right");
                    @if is_head { th scope="col" class=[class] { (inside) } } @else { td class=[class] { (inside) } }
                }
            }
        };
        html! {
            div.table tabindex="0" {
                table {
                    thead { tr { (cells(head, true)) } }
                    tbody { @for row in rows { tr { (cells(row, false)) } } }
                }
            }
        }
    }
}

/// A cell of code.
pub(crate) fn code(code: &str) -> Markup {
    html! { pre.code tabindex="0" { code { (highlight::code(code)) } } }
}

/// How a language is named in itself.
pub(crate) fn name_of(language: Language) -> &'static str {
    language.either("English", "Deutsch")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::places::of_tests;

    fn written(text: &str) -> (String, Vec<Section>) {
        let places = of_tests(Language::German);
        let mut writer = Writer::new(&places, "01");
        let markup = writer.text(text).into_string();
        (markup, writer.sections)
    }

    #[test]
    fn texts_become_parts_of_a_page() {
        for (text, part) in [
            ("a *b* `c<d>`", "<p>a <em>b</em> <code>c&lt;d&gt;</code></p>"),
            ("[x](02_look.ipynb)", "<a href=\"02_look.html\">x</a>"),
            ("[`02_look`](02_look.ipynb)", "<a href=\"02_look.html\"><code>02_look</code></a>"),
            ("weiter mit `02_look`", "<a href=\"02_look.html\"><code>02_look</code></a>"),
            ("[x](../gone.md)", "<p>x</p>"),
            (
                "**Gewicht (weight)**",
                "<a class=\"term\" href=\"glossary.html#term-gewicht\"><strong>",
            ),
            ("| a | b |\n|---|--:|\n| 1 | 2 |", "<td class=\"right\">2</td>"),
            ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
            ("```rust\nlet a = 1;\n```", "<span class=\"keyword\">let</span>"),
            ("> **Rust:** x", "<blockquote><p><strong>Rust:</strong> x</p></blockquote>"),
            ("a <!-- gone --> b", "<p>a  b</p>"),
        ] {
            let (markup, _) = written(text);
            assert!(markup.contains(part), "{text}: {markup}");
        }
    }

    #[test]
    fn headings_have_anchors_of_their_own_and_keep_what_stands_below() {
        let (markup, sections) = written("# Über Netze\n\neins **zwei**\n\n## A\n\ndrei\n\n## A\n");
        let anchors: Vec<&str> = sections.iter().map(|section| section.anchor.as_str()).collect();
        assert_eq!(anchors, ["01-uber-netze", "01-a", "01-a-2"]);
        assert!(
            markup.contains("<h2 id=\"01-a-2\">A <a class=\"anchor\" href=\"#01-a-2\""),
            "{markup}"
        );
        assert_eq!(sections[0].text.trim(), "eins zwei");
        assert_eq!((sections[0].heading.as_str(), sections[1].text.trim()), ("Über Netze", "drei"));
    }
}
