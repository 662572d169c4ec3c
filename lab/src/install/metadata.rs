//! Compiled crates cut down to what the compiler looks up in them. Cells are linked with the library that
//! holds the code of all of them, so the code in each takes a third of the room for nothing.

/// What an archive begins with.
const MAGIC: &[u8] = b"!<arch>\n";

/// The length of what stands before each file in it.
const HEADER: usize = 60;

/// An archive of rustc's with nothing but the crate's description. None where it is not written in the way
/// that is expected.
pub(crate) fn only(archive: &[u8]) -> Option<Vec<u8>> {
    let mut rest = archive.strip_prefix(MAGIC)?;
    while rest.len() > HEADER {
        let (header, content) = rest.split_at(HEADER);
        let size: usize = std::str::from_utf8(&header[48..58]).ok()?.trim().parse().ok()?;
        let padded = size + size % 2;
        if header.starts_with(b"lib.rmeta/") {
            return Some([MAGIC, header, content.get(..padded.min(content.len()))?].concat());
        }
        rest = content.get(padded..)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, content: &str) -> String {
        let padding = if content.len() % 2 == 1 { "\n" } else { "" };
        let size = content.len();
        format!("{name:<16}{:<32}{size:<10}`\n{content}{padding}", "0           0     0     644")
    }

    #[test]
    fn only_the_description_is_left() {
        let description = file("lib.rmeta/", "odd");
        let all = ["!<arch>\n", &file("/", "x"), &file("a.o/", "code!"), &description].concat();
        let wanted = ["!<arch>\n", &description].concat();
        assert_eq!(only(all.as_bytes()).as_deref(), Some(wanted.as_bytes()));
        assert_eq!(only(["!<arch>\n", &file("a.o/", "code!")].concat().as_bytes()), None);
        assert_eq!(only(b"something else"), None);
        assert_eq!(only(&all.as_bytes()[..100]), None);
    }
}
