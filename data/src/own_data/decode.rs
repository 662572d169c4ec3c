//! From the bytes of a text file to text, whatever program wrote it.

use std::path::Path;

use crate::base::lines::cut;
use crate::base::phrase::{Phrase, phrase};

/// What stands for the bytes 0x80 to 0x9f in Windows-1252, the encoding of Excel in the western
/// world; its other bytes are those of Latin-1. Five have no meaning there.
const WINDOWS: [char; 32] = [
    '\u{20ac}', '\u{81}', '\u{201a}', '\u{192}', '\u{201e}', '\u{2026}', '\u{2020}', '\u{2021}',
    '\u{2c6}', '\u{2030}', '\u{160}', '\u{2039}', '\u{152}', '\u{8d}', '\u{17d}', '\u{8f}',
    '\u{90}', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}', '\u{2022}', '\u{2013}', '\u{2014}',
    '\u{2dc}', '\u{2122}', '\u{161}', '\u{203a}', '\u{153}', '\u{9d}', '\u{17e}', '\u{178}',
];

/// UTF-8 with or without a mark in front, UTF-16 with one, or else Windows-1252. What holds bytes of
/// value 0 is no text.
pub(crate) fn decode(bytes: Vec<u8>) -> Result<String, Phrase> {
    if is_utf16(&bytes) {
        let of_pair = if bytes[0] == 0xff { u16::from_le_bytes } else { u16::from_be_bytes };
        let (pairs, rest) = bytes[2..].as_chunks::<2>();
        let units: Vec<u16> = pairs.iter().map(|pair| of_pair(*pair)).collect();
        return match String::from_utf16(&units) {
            Ok(text) if rest.is_empty() => Ok(text),
            _ => Err(phrase!(
                "it begins as UTF-16, but is cut off or damaged: save it again as UTF-8",
                "die Datei beginnt als UTF-16, ist aber abgeschnitten oder beschädigt: Speichere sie \
                 noch einmal als UTF-8"
            )),
        };
    }
    if bytes.starts_with(&[0x1f, 0x8b]) || is_archive(&bytes) {
        return Err(phrase!(
            "this is a packed file (such as .zip or .gz), not a text: unpack it, and choose what is inside",
            "das ist eine gepackte Datei (etwa .zip oder .gz), kein Text: Entpacke sie, und nimm, was darin ist"
        ));
    }
    let office = [&b"PK\x03\x04"[..], &[0xd0, 0xcf, 0x11, 0xe0]];
    if office.iter().any(|start| bytes.starts_with(start)) {
        return Err(phrase!(
            "this is a file of Excel or another office program, not a text: open it there and save it as CSV",
            "das ist eine Datei von Excel oder einem anderen Büroprogramm, kein Text: Öffne sie dort \
             und speichere sie als CSV"
        ));
    }
    if bytes.contains(&0) {
        return Err(phrase!(
            "this is no text, it holds bytes of value 0: choose a text or CSV file; if it is one in \
             UTF-16, save it as UTF-8",
            "das ist kein Text, die Datei enthält Bytes mit dem Wert 0: Nimm eine Text- oder CSV-Datei; \
             ist es eine in UTF-16, speichere sie als UTF-8"
        ));
    }
    let text = String::from_utf8(bytes).unwrap_or_else(|other| mixed(other.as_bytes()));
    // Excel for the Mac can end lines as the first Macs did.
    let text = if text.contains('\n') { text } else { text.replace('\r', "\n") };
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// What to say of bytes that `decode` takes for Windows-1252, where some of them mean nothing: the ü of the MS-DOS
/// code pages, and the Å and è of the first Macs.
pub(crate) fn doubt(path: &Path, bytes: &[u8]) -> Option<Phrase> {
    let means_nothing = |byte: &u8| matches!(byte, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d);
    let mut foreign = bytes.utf8_chunks().flat_map(|chunk| chunk.invalid());
    let is_read = !is_utf16(bytes) && !bytes.contains(&0);
    (is_read && foreign.any(means_nothing)).then(|| {
        let name = cut(&path.file_name().unwrap_or_default().to_string_lossy(), 60);
        phrase!(
            "{name} is in an encoding that is not known, so umlauts and other special letters are read wrongly: save \
             it again as UTF-8",
            "{name} hat eine unbekannte Kodierung, Umlaute und andere besondere Buchstaben werden also falsch gelesen: \
             Speichere die Datei noch einmal als UTF-8"
        )
    })
}

/// Whether it begins with the mark of UTF-16.
pub(crate) fn is_utf16(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff])
}

/// Whether a file is a ZIP, and none of an office program: what those put into theirs has other names.
fn is_archive(bytes: &[u8]) -> bool {
    const OFFICE: [&str; 5] = ["[Content_Types]", "mimetype", "_rels/", "docProps/", "xl/"];
    let first = bytes.get(30..).filter(|_| bytes.starts_with(b"PK\x03\x04"));
    first.is_some_and(|name| !OFFICE.iter().any(|start| name.starts_with(start.as_bytes())))
}

/// Windows-1252, or UTF-8 with a few bytes of it, as where one line was added with another program.
fn mixed(bytes: &[u8]) -> String {
    let windows = |&byte: &u8| match byte {
        0x80..=0x9f => WINDOWS[usize::from(byte - 0x80)],
        _ => char::from(byte),
    };
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(windows));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_encoding_gives_the_same_text() {
        // "Größe;Preis €" as Python's str.encode writes it in each of them.
        let text = "Gr\u{f6}\u{df}e;Preis \u{20ac}";
        let utf_16: Vec<u16> = text.encode_utf16().collect();
        let windows = b"Gr\xf6\xdfe;Preis \x80".to_vec();
        let with_mark = [&[0xef, 0xbb, 0xbf], text.as_bytes()].concat();
        let little =
            [&[0xff, 0xfe][..], &utf_16.iter().flat_map(|u| u.to_le_bytes()).collect::<Vec<_>>()]
                .concat();
        let big =
            [&[0xfe, 0xff][..], &utf_16.iter().flat_map(|u| u.to_be_bytes()).collect::<Vec<_>>()]
                .concat();
        for bytes in [text.as_bytes().to_vec(), windows, with_mark, little.clone(), big] {
            assert_eq!(decode(bytes).ok().as_deref(), Some(text));
        }
        for bad in [little[..little.len() - 1].to_vec(), b"PK\x03\x04".to_vec(), b"a\0b".to_vec()] {
            assert!(decode(bad).is_err());
        }
        let said = |name: &str| {
            let zip = [b"PK\x03\x04".as_slice(), &[0; 26], name.as_bytes()].concat();
            decode(zip).unwrap_err().to_string()
        };
        assert!(said("train.csv").contains("unpack it"), "{}", said("train.csv"));
        assert!(said("[Content_Types].xml").contains("a file of Excel"));
        assert!(decode(vec![0x1f, 0x8b, 8]).is_err_and(|why| why.to_string().contains(".gz")));
        // Without its mark UTF-16 is not known.
        let unmarked = decode(little[2..].to_vec()).map_err(|reason| reason.to_string());
        assert!(unmarked.is_err_and(|reason| reason.ends_with("save it as UTF-8")));
        let mixed = [text.as_bytes(), b"\nK\xf6ln"].concat();
        assert_eq!(decode(mixed).ok(), Some(format!("{text}\nK\u{f6}ln")));
        assert_eq!(decode(Vec::new()).ok().as_deref(), Some(""));
        assert_eq!(decode(b"a;b\r1;2\r".to_vec()).ok().as_deref(), Some("a;b\n1;2\n"));
        assert_eq!(decode(b"a;b\r\n1;2".to_vec()).ok().as_deref(), Some("a;b\r\n1;2"));
    }
    #[test]
    fn bytes_that_mean_nothing_are_noticed() {
        let said = |bytes: &[u8]| doubt(Path::new("in/a.csv"), bytes).map(|said| said.to_string());
        let ms_dos = said(b"Gr\x94\xe1e;gr\x81n").unwrap();
        assert!(ms_dos.starts_with("a.csv is in an encoding that is not known"), "{ms_dos}");
        // Windows-1252, UTF-8 with such a byte within a letter, UTF-16, a packed file.
        for known in [
            &b"gr\xfcn \x80"[..],
            "\u{c1}\u{201d}".as_bytes(),
            &[0xff, 0xfe, 0x81, 0x20],
            &[0x1f, 0x8b, 0, 0x81],
        ] {
            assert_eq!(said(known), None, "{known:?}");
        }
    }
}
