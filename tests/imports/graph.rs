//! Which file takes from which: imports and paths, followed through re-exports to the file that defines the thing.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Path, Source};

/// Re-exports of re-exports are followed that far.
const MAX_STEPS: usize = 16;

/// By file below `src/`, the files it takes from.
pub type Arrows = BTreeMap<String, BTreeSet<String>>;

pub struct Tree {
    /// By module path; the root is the empty one.
    modules: BTreeMap<Path, Module>,
}

struct Module {
    file: String,
    source: Source,
}

impl Tree {
    /// Of the files below `src/`, with their texts.
    pub fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let module = |(file, text): (&str, &str)| {
            let module = Module { file: file.to_owned(), source: Source::parse(text) };
            (module_path(file), module)
        };
        Self { modules: files.into_iter().map(module).collect() }
    }

    /// What each file takes from others. `mod.rs` and `lib.rs` pass on what others define, which is no arrow.
    pub fn arrows(&self) -> Arrows {
        let mut arrows = Arrows::new();
        for (path, module) in &self.modules {
            let imports = module.source.imports.iter().filter(|import| !import.passed_on || !passes_on(&module.file));
            let taken = imports.map(|import| &import.path).chain(&module.source.paths);
            let files = taken.filter_map(|taken| self.file(path, taken, 0));
            arrows.insert(module.file.clone(), files.filter(|file| *file != module.file).collect());
        }
        arrows
    }

    /// Files that should only declare and pass on, with what else they have.
    pub fn other_items(&self) -> BTreeMap<String, Vec<String>> {
        let modules = self.modules.values().filter(|module| passes_on(&module.file));
        let others = modules.map(|module| (module.file.clone(), module.source.others.clone()));
        others.filter(|(_, others)| !others.is_empty()).collect()
    }

    /// Modules whose file lies beside the folder of their parts, instead of in it as `mod.rs`.
    pub fn beside_their_folder(&self) -> BTreeSet<String> {
        let parents = self.modules.keys().filter_map(|path| Some(path.split_last()?.1));
        let files = parents.filter_map(|parent| Some(self.modules.get(parent)?.file.clone()));
        files.filter(|file| !passes_on(file)).collect()
    }

    /// The file that defines what a path means within a module. `None` for another crate and for what is local.
    fn file(&self, within: &[String], path: &[String], steps: usize) -> Option<String> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => self.below(Vec::new(), rest, steps),
            "self" => self.below(within.to_vec(), rest, steps),
            "super" => match rest.first().is_some_and(|next| next == "super") {
                true => self.file(within.split_last()?.1, rest, steps),
                false => self.below(within.split_last()?.1.to_vec(), rest, steps),
            },
            _ => self.named(within, path, steps),
        }
    }

    /// As `file`, for a path whose first name is known in the module: a part of it, or imported.
    fn named(&self, within: &[String], path: &[String], steps: usize) -> Option<String> {
        let (first, rest) = path.split_first()?;
        let child = [within, std::slice::from_ref(first)].concat();
        if self.modules.contains_key(&child) {
            return self.below(child, rest, steps);
        }
        let imports = &self.modules.get(within)?.source.imports;
        // `use a;` names what comes from outside; it isn't its own meaning.
        let import = imports.iter().find(|import| import.name == *first && import.path != [first.clone()])?;
        let meant = [&import.path, rest].concat();
        (steps < MAX_STEPS).then(|| self.file(within, &meant, steps + 1)).flatten()
    }

    /// Follows names down from a module, and through what it passes on.
    fn below(&self, mut module: Path, path: &[String], steps: usize) -> Option<String> {
        let mut rest = path;
        while let Some((first, more)) = rest.split_first() {
            let child = [&module[..], std::slice::from_ref(first)].concat();
            if !self.modules.contains_key(&child) {
                break;
            }
            (module, rest) = (child, more);
        }
        let here = self.modules.get(&module)?;
        let Some(first) = rest.first().filter(|first| !here.source.items.contains(first)) else {
            return Some(here.file.clone());
        };
        let passed_on = self.named(&module, rest, steps).or_else(|| {
            let globs = here.source.imports.iter().filter(|import| import.name == "*");
            let mut meant = globs.map(|import| [&import.path[..], std::slice::from_ref(first)].concat());
            meant.find_map(|path| self.defined(&module, &path, steps))
        });
        Some(passed_on.unwrap_or_else(|| here.file.clone()))
    }

    /// As `file`, if the file there really has an item of that name.
    fn defined(&self, within: &[String], path: &[String], steps: usize) -> Option<String> {
        if steps >= MAX_STEPS {
            return None;
        }
        let file = self.file(within, path, steps + 1)?;
        let module = self.modules.values().find(|module| module.file == file)?;
        module.source.items.contains(path.last()?).then_some(file)
    }
}

fn passes_on(file: &str) -> bool {
    file == "lib.rs" || file == "mod.rs" || file.ends_with("/mod.rs")
}

/// `payload/name/mod.rs` is `payload::name`, as if it lay beside its folder.
fn module_path(file: &str) -> Path {
    let stem = file.strip_suffix(".rs").unwrap_or(file);
    let mut path: Path = stem.split('/').map(str::to_owned).collect();
    if matches!(path.last().map(String::as_str), Some("mod" | "lib")) {
        path.pop();
    }
    path
}

/// The files that reach each other in a circle, in sets as large as they get.
pub fn circles(arrows: &Arrows) -> Vec<BTreeSet<String>> {
    let reach: BTreeMap<&str, BTreeSet<&str>> =
        arrows.keys().map(|file| (file.as_str(), reached(arrows, file))).collect();
    let mut found: Vec<BTreeSet<String>> = Vec::new();
    for (file, there) in &reach {
        let back = |other: &&str| reach.get(*other).is_some_and(|from| from.contains(file));
        let circle: BTreeSet<String> = there.iter().copied().filter(back).map(str::to_owned).collect();
        if !circle.is_empty() && !found.contains(&circle) {
            found.push(circle);
        }
    }
    found
}

fn reached<'a>(arrows: &'a Arrows, from: &str) -> BTreeSet<&'a str> {
    let next = |file: &str| arrows.get(file).into_iter().flatten().map(String::as_str).collect::<Vec<_>>();
    let (mut seen, mut waiting) = (BTreeSet::new(), next(from));
    while let Some(file) = waiting.pop() {
        if seen.insert(file) {
            waiting.extend(next(file));
        }
    }
    seen
}

/// `payload` of `payload/scan.rs`; `shared` of `shared.rs`.
pub fn room(file: &str) -> &str {
    file.split(['/', '.']).next().unwrap_or(file)
}

/// Arrows between rooms that don't lead to a lower floor, as `gate/stats.rs -> exchange/record.rs`. Floors by room, the
/// highest has the least number.
pub fn up(arrows: &Arrows, floors: &BTreeMap<String, usize>) -> Vec<String> {
    let all = arrows.iter().flat_map(|(from, to)| to.iter().map(move |to| (from, to)));
    let between = all.filter(|(from, to)| room(from) != room(to) && *from != "lib.rs");
    let wrong = between.filter(|(from, to)| floors.get(room(to)) <= floors.get(room(from)));
    wrong.map(|(from, to)| format!("{from} -> {to}")).collect()
}
