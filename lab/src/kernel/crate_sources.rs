//! The crates' sources as rust-analyzer reads them: without what is the crates' own business.
//!
//! evcxr lets it take all sources for the learner's own, so that Tab would offer what no cell may use: private
//! fields, methods and items. What is both public and hidden in the docs is never offered, so they become that.
//! Bodies of functions and comments (not the docs, which the page shows) only cost time.

use std::fs::{self, File};
use std::path::Path;

use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Field, FieldsNamed, ImplItemConst, ImplItemFn, Item, ItemEnum, ItemImpl, ItemTrait,
    Visibility, parse_file, parse_quote,
};

use crate::base::failure::{Explain, Result};
use crate::base::files;
use crate::base::spoken::spoken;
use crate::kernel::bodies::without_bodies;

/// Public, for evcxr to show what ends a cell, and nothing that a learner would call.
const FOR_EVCXR: &str = "evcxr_display";

/// Rewrites the sources below `folder`, which are compiled already. They keep their times, by which cargo knows
/// that they are.
pub(crate) fn show_what_is_public(folder: &Path) -> Result<()> {
    for file in files::with_ending(folder, "rs")? {
        let source = files::read_text(&file)?;
        let Some(shown) = as_shown(&source) else { continue };
        let write = || -> std::io::Result<()> {
            let time = fs::metadata(&file)?.modified()?;
            fs::write(&file, shown)?;
            File::options().write(true).open(&file)?.set_modified(time)
        };
        write().explain(|| spoken!("write {}", "{} zu schreiben", file.display()))?;
    }
    Ok(())
}

/// None for what is not a whole file of Rust.
fn as_shown(source: &str) -> Option<String> {
    let mut file = parse_file(&without_bodies(source, true)).ok()?;
    HidePrivate.visit_file_mut(&mut file);
    Some(file.into_token_stream().to_string())
}

struct HidePrivate;

impl VisitMut for HidePrivate {
    fn visit_item_mut(&mut self, item: &mut Item) {
        match item {
            Item::Const(item) => hide(&mut item.vis, &mut item.attrs),
            Item::Enum(item) => hide(&mut item.vis, &mut item.attrs),
            Item::Fn(item) => hide(&mut item.vis, &mut item.attrs),
            Item::Mod(item) => hide(&mut item.vis, &mut item.attrs),
            Item::Static(item) => hide(&mut item.vis, &mut item.attrs),
            Item::Struct(item) => hide(&mut item.vis, &mut item.attrs),
            Item::Trait(item) => hide(&mut item.vis, &mut item.attrs),
            Item::Type(item) => hide(&mut item.vis, &mut item.attrs),
            _ => {}
        }
        visit_mut::visit_item_mut(self, item);
    }

    /// An enum's fields are as public as it is, and have no word of their own for it.
    fn visit_item_enum_mut(&mut self, _: &mut ItemEnum) {}

    /// A hidden field would still be what Shift-Tab explains where a method has its name.
    fn visit_fields_named_mut(&mut self, fields: &mut FieldsNamed) {
        fields.named.retain(|field| matches!(field.vis, Visibility::Public(_)));
    }

    fn visit_field_mut(&mut self, field: &mut Field) {
        hide(&mut field.vis, &mut field.attrs);
    }

    /// What a trait asks for is as public as the trait.
    fn visit_item_trait_mut(&mut self, _: &mut ItemTrait) {}

    fn visit_item_impl_mut(&mut self, item: &mut ItemImpl) {
        if item.trait_.is_none() {
            visit_mut::visit_item_impl_mut(self, item);
        }
    }

    fn visit_impl_item_const_mut(&mut self, constant: &mut ImplItemConst) {
        hide(&mut constant.vis, &mut constant.attrs);
    }

    fn visit_impl_item_fn_mut(&mut self, function: &mut ImplItemFn) {
        hide(&mut function.vis, &mut function.attrs);
        if function.sig.ident == FOR_EVCXR {
            function.attrs.push(parse_quote!(#[doc(hidden)]));
        }
    }
}

/// `pub` too, since rust-analyzer asks for the attribute only where that is so.
fn hide(visibility: &mut Visibility, attributes: &mut Vec<Attribute>) {
    if !matches!(visibility, Visibility::Public(_)) {
        attributes.push(parse_quote!(#[doc(hidden)]));
        *visibility = parse_quote!(pub);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Blanks do not matter.
    #[track_caller]
    fn is_shown_as(source: &str, expected: &str) {
        let file = parse_file(expected).expect("it is Rust");
        assert_eq!(as_shown(source), Some(file.into_token_stream().to_string()));
    }

    #[test]
    fn what_is_public_stays_and_the_rest_is_hidden() {
        is_shown_as(
            "/// Doc.\npub fn a() -> u8 { b() } // says\nfn b() -> u8 { 1 }\npub(crate) mod c;\nuse c::d;",
            "/// Doc.\npub fn a() -> u8 {}\n#[doc(hidden)] pub fn b() -> u8 {}\n\
             #[doc(hidden)] pub mod c;\nuse c::d;",
        );
        is_shown_as(
            "impl A { pub const N: u8 = 1; fn a(&self) {} pub(super) fn b() {} pub fn c() {} }",
            "impl A { pub const N: u8 = 1; #[doc(hidden)] pub fn a(&self) {} \
             #[doc(hidden)] pub fn b() {} pub fn c() {} }",
        );
    }

    #[test]
    fn what_evcxr_calls_is_hidden() {
        is_shown_as(
            "impl A { pub fn evcxr_display(&self) { b() } }",
            "impl A { #[doc(hidden)] pub fn evcxr_display(&self) {} }",
        );
    }

    #[test]
    fn fields_of_one_s_own_are_no_fields() {
        is_shown_as(
            "pub struct A { pub a: u8, b: u8 } pub struct B(u8, pub u8);",
            "pub struct A { pub a: u8 } pub struct B(#[doc(hidden)] pub u8, pub u8);",
        );
    }

    #[test]
    fn what_has_no_word_for_it_is_as_public_as_what_holds_it() {
        for source in [
            "pub enum A { B { c: u8 }, D(u8) }",
            "pub trait A { const N: u8; fn a(&self); }",
            "impl A for B { const N: u8 = 1; fn a(&self) {} }",
        ] {
            is_shown_as(source, source);
        }
    }

    #[test]
    fn the_times_of_files_stay() -> Result<()> {
        let folder = tempfile::tempdir().explain(|| "make a folder".to_owned())?;
        let file = folder.path().join("src/a.rs");
        files::write(&file, "fn a() {}")?;
        files::write(&folder.path().join("src/b.rs"), "no Rust")?;
        let time = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
        let set = File::options().write(true).open(&file).and_then(|f| f.set_modified(time));
        set.explain(|| "set its time".to_owned())?;
        show_what_is_public(folder.path())?;
        assert_eq!(files::read_text(&file)?, "# [doc (hidden)] pub fn a () { }");
        assert_eq!(fs::metadata(&file).and_then(|data| data.modified()).ok(), Some(time));
        assert_eq!(files::read_text(&folder.path().join("src/b.rs"))?, "no Rust");
        Ok(())
    }
}
