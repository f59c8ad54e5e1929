//! The import graph of `src/`: no circle between files, no arrow from a room to one that isn't below it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]
#![cfg(not(target_arch = "wasm32"))]

#[path = "imports/graph.rs"]
mod graph;
#[path = "imports/source.rs"]
mod source;
#[path = "imports/tokens.rs"]
mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use graph::{Arrows, Tree, circles, room, up};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files below `src/`, with their texts.
fn sources() -> BTreeMap<String, String> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![root().join("src")]);
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let name = path.strip_prefix(root().join("src")).unwrap().to_str().unwrap();
                found.insert(name.to_owned(), fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

fn tree(files: &BTreeMap<String, String>) -> Tree {
    Tree::new(files.iter().map(|(file, text)| (file.as_str(), text.as_str())))
}

/// The floor of each room, 1 the highest, as ARCHITECTURE.md numbers them.
fn floors() -> BTreeMap<String, usize> {
    let page = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let section =
        page.split("\n## ").find(|section| section.starts_with("The rooms\n")).expect("a section on the rooms");
    let mut floors = BTreeMap::new();
    for line in section.lines() {
        let Some((number, rooms)) = line.split_once(". ") else { continue };
        let Ok(floor) = number.parse::<usize>() else { continue };
        for room in rooms.split('`').skip(1).step_by(2) {
            assert_eq!(floors.insert(room.to_owned(), floor), None, "{room} stands on two floors");
        }
    }
    floors
}

fn strings<'a>(sets: impl IntoIterator<Item = &'a &'a str>) -> BTreeSet<String> {
    sets.into_iter().map(|&name| name.to_owned()).collect()
}

#[test]
fn files_import_each_other_in_no_circle() {
    let arrows = tree(&sources()).arrows();
    let found: Vec<_> = circles(&arrows).iter().map(|circle| told(&arrows, circle)).collect();
    assert!(found.is_empty(), "circles:\n{}", found.join("\n"));
}

/// Who imports whom within a circle.
fn told(arrows: &Arrows, circle: &BTreeSet<String>) -> String {
    let line = |file: &String| format!("  {file} -> {:?}\n", arrows[file].intersection(circle).collect::<Vec<_>>());
    circle.iter().map(line).collect()
}

#[test]
fn rooms_use_only_rooms_below_them() {
    let files = sources();
    let floors = floors();
    let rooms: BTreeSet<_> = files.keys().map(|file| room(file)).filter(|&room| room != "lib").collect();
    assert_eq!(floors.keys().map(String::as_str).collect::<BTreeSet<_>>(), rooms, "the rooms of ARCHITECTURE.md");
    assert_eq!(up(&tree(&files).arrows(), &floors), [""; 0]);
}

#[test]
fn mod_files_only_declare_and_pass_on() {
    let others = tree(&sources()).other_items();
    assert!(others.is_empty(), "{others:#?}");
}

#[test]
fn modules_with_parts_are_mod_files() {
    assert!(tree(&sources()).beside_their_folder().is_empty(), "{:?}", tree(&sources()).beside_their_folder());
}

const INVENTED: [(&str, &str); 9] = [
    ("lib.rs", "pub mod cellar; mod attic;"),
    ("attic/mod.rs", "mod trunk; pub use trunk::*;"),
    ("attic/trunk.rs", "pub struct Trunk; fn open() -> u8 { crate::cellar::wine::year() }"),
    ("cellar/mod.rs", "mod barrel; pub mod wine; mod rack;\npub(crate) use barrel::{Barrel, Tap as Spigot};"),
    ("cellar/barrel.rs", "use super::wine::{self as drink, Wine}; pub struct Barrel; pub struct Tap;"),
    ("cellar/wine.rs", "use std::fmt; pub struct Wine; pub fn year() -> u8 { 0 }"),
    ("cellar/rack/mod.rs", "pub mod shelf; fn stray() {}"),
    ("cellar/rack/shelf.rs", "fn lay<'a>(c: char, s: &'a str) { if c == '\"' {} // use super::super::Barrel;\n }"),
    ("hall.rs", r##"const A: &str = "crate::cellar::Barrel"; const B: &str = r#"use crate::attic;"#; "##),
];

/// The circles and the arrows up of the invented house with one file's text in place of its own.
fn of_the_invented(changed: &str, text: &str) -> (Vec<BTreeSet<String>>, Vec<String>) {
    let mut files: BTreeMap<_, _> = INVENTED.iter().map(|(file, text)| (file.to_string(), text.to_string())).collect();
    assert!(changed.is_empty() || files.insert(changed.to_owned(), text.to_owned()).is_some());
    let floors = ["attic", "hall", "cellar"].iter().zip(1..).map(|(room, floor)| (room.to_string(), floor)).collect();
    let arrows = tree(&files).arrows();
    (circles(&arrows), up(&arrows, &floors))
}

#[test]
fn what_is_sound_is_not_found() {
    assert_eq!(of_the_invented("", ""), (vec![], vec![]));
    let tree = Tree::new(INVENTED);
    assert_eq!(tree.arrows()["attic/trunk.rs"], strings(&["cellar/wine.rs"]));
    assert_eq!(tree.arrows()["cellar/barrel.rs"], strings(&["cellar/wine.rs"]));
    assert_eq!(
        tree.other_items().into_iter().collect::<Vec<_>>(),
        [("cellar/rack/mod.rs".to_owned(), vec!["fn".to_owned()])]
    );
    let beside = Tree::new([("lib.rs", "mod a;"), ("a.rs", "mod b;"), ("a/b.rs", "")]).beside_their_folder();
    assert_eq!(beside, strings(&["a.rs"]));
}

/// Each closes the circle between barrel and wine.
#[test]
fn a_circle_is_found_however_it_is_written() {
    let ways = [
        "use super::barrel::Tap;",
        "use super::Barrel;",
        "use super::{rack, Spigot};",
        "use crate::cellar::{self, rack::{shelf}, barrel::{Tap as Other}};",
        "fn of(tap: &super::Spigot) {}",
        "fn of(tap: &crate::cellar::Spigot) {}",
        "use crate::cellar; fn of() { cellar::Barrel::new() }",
        "use super::super::cellar::barrel::*;",
        "mod inner { use super::super::barrel::Tap; }",
        "pub use super::Barrel;",
        "fn of() { fn deeper() { use super::Barrel; } }",
        "#[allow(unused)] /* use */ use super::Barrel;",
    ];
    let circle = strings(&["cellar/barrel.rs", "cellar/wine.rs"]);
    for way in ways {
        let (found, _) = of_the_invented("cellar/wine.rs", way);
        assert_eq!(found, std::slice::from_ref(&circle), "{way}");
    }
}

#[test]
fn only_code_that_ships_counts() {
    let ways = [
        "// use super::Barrel;",
        "/// [`super::Barrel`]\npub struct Wine;",
        "const OF: &str = \"use super::Barrel;\";",
        "#[cfg(test)] mod tests { use super::super::Barrel; }",
        "#[cfg(test)] use super::Barrel;",
        "use barrel::Barrel;",
        "fn of() -> impl Iterator<Item = u8> + use<> {}",
    ];
    for way in ways {
        assert_eq!(of_the_invented("cellar/wine.rs", way).0, [], "{way}");
    }
}

#[test]
fn an_arrow_up_is_found() {
    let ways = [
        ("cellar/wine.rs", "use crate::attic::Trunk;", "cellar/wine.rs -> attic/trunk.rs"),
        ("cellar/wine.rs", "fn of() { crate::hall::light() }", "cellar/wine.rs -> hall.rs"),
        ("hall.rs", "use crate::{cellar::Barrel, attic::trunk::Trunk};", "hall.rs -> attic/trunk.rs"),
    ];
    for (file, text, arrow) in ways {
        assert_eq!(of_the_invented(file, text).1, [arrow], "{text}");
    }
}
