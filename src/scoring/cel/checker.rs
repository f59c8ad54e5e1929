//! Tells an expression's type, refuses what can't be right, and bounds what evaluating it can cost.
//!
//! An expression that passes here can fail on a request for three causes only: something that it names is absent, a
//! list or text is longer than rules may see, or a number is out of range.

use ::cel::IdedExpr;
use ::cel::common::ast::{CallExpr, ComprehensionExpr, Expr, ListExpr, LiteralValue, SelectExpr, operators};

use super::MOST_ITEMS;
use super::functions;
use super::kind::Kind;
use super::names::Object;
use super::problem::Flaw;

/// Deepest nesting of an expression. Evaluating takes up to 45 KB of stack for each level in a debug build, where a
/// test's thread has 2 MB, and a tenth of that in V8, which has less than 1 MB.
const DEEPEST: usize = 24;
/// Most nodes that one evaluation visits, an element of a list counted as one where lists are searched.
const MOST_STEPS: usize = 10_000;

/// A flaw and the node that has it.
pub(super) type Found = (u64, Flaw);

/// What is known of a value before there is one.
#[derive(Clone, Copy)]
struct Typed {
    kind: Kind,
    /// Longest that a list can be; 0 for anything else.
    most: usize,
}

impl Typed {
    fn scalar(kind: Kind) -> Self {
        Self { kind, most: 0 }
    }
}

/// Whether an expression is a sound condition.
pub(super) fn check(expression: &IdedExpr) -> Result<(), Found> {
    let mut checker = Checker { locals: Vec::new(), depth: 0, steps: 0, times: 1 };
    match checker.value(expression)?.kind {
        Kind::BOOL => Ok(()),
        other => Err((expression.id, Flaw::NotBoolean(other))),
    }
}

struct Checker<'e> {
    /// Names that macros such as `all` bring, innermost last.
    locals: Vec<(&'e str, Typed)>,
    depth: usize,
    steps: usize,
    /// How often the present node is visited at most.
    times: usize,
}

impl<'e> Checker<'e> {
    /// The type of a value; a variable that has members is none.
    fn value(&mut self, node: &'e IdedExpr) -> Result<Typed, Found> {
        match self.any(node)? {
            Typed { kind: Kind::Object(_), .. } => Err((node.id, Flaw::WholeObject)),
            typed => Ok(typed),
        }
    }

    fn any(&mut self, node: &'e IdedExpr) -> Result<Typed, Found> {
        if self.depth >= DEEPEST {
            return Err((node.id, Flaw::TooDeep));
        }
        self.spend(node, 1)?;
        self.depth += 1;
        let typed = match &node.expr {
            Expr::Literal(literal) => literal_kind(literal).map(Typed::scalar).map_err(|flaw| (node.id, flaw)),
            Expr::Ident(name) => self.variable(node, name),
            Expr::Select(select) => self.select(node, select),
            Expr::List(list) => self.list(node, list),
            Expr::Comprehension(comprehension) => self.comprehension(node, comprehension),
            Expr::Call(call) => self.call(node, call),
            Expr::Map(_) => Err((node.id, Flaw::Unsupported("a map"))),
            Expr::Struct(_) => Err((node.id, Flaw::Unsupported("a message"))),
            Expr::Unspecified => Err((node.id, Flaw::Unsupported("nothing"))),
        };
        self.depth -= 1;
        typed
    }

    fn spend(&mut self, node: &IdedExpr, steps: usize) -> Result<(), Found> {
        self.steps = self.steps.saturating_add(steps.saturating_mul(self.times));
        if self.steps > MOST_STEPS { Err((node.id, Flaw::TooCostly)) } else { Ok(()) }
    }

    fn variable(&self, node: &IdedExpr, name: &str) -> Result<Typed, Found> {
        if let Some((_, typed)) = self.locals.iter().rev().find(|(local, _)| *local == name) {
            return Ok(*typed);
        }
        match Object::Root.lookup(name) {
            Some(meaning) => Ok(from_request(meaning.kind())),
            None => Err((node.id, Flaw::UnknownVariable)),
        }
    }

    /// `x.name`, and `has(x.name)`.
    fn select(&mut self, node: &IdedExpr, select: &'e SelectExpr) -> Result<Typed, Found> {
        let Kind::Object(object) = self.any(&select.operand)?.kind else {
            return Err((node.id, Flaw::UnknownMember));
        };
        let found = member(node, object, &select.field)?;
        Ok(if select.test { Typed::scalar(Kind::BOOL) } else { found })
    }

    fn list(&mut self, node: &IdedExpr, list: &'e ListExpr) -> Result<Typed, Found> {
        let mut kind = Kind::Empty;
        for element in &list.elements {
            let item = match self.value(element)?.kind {
                Kind::Scalar(item) => item,
                other => return Err((element.id, Flaw::NestedList(other))),
            };
            kind = kind
                .join(Kind::List(item))
                .ok_or_else(|| (node.id, Flaw::MixedList(item_of(kind), Kind::Scalar(item))))?;
        }
        Ok(Typed { kind, most: list.elements.len() })
    }

    /// What `all`, `exists`, `exists_one`, `filter` and `map` were made to by the parser.
    fn comprehension(&mut self, node: &'e IdedExpr, made: &'e ComprehensionExpr) -> Result<Typed, Found> {
        let range = self.value(&made.iter_range)?;
        let Kind::List(item) = range.kind else {
            return Err((node.id, Flaw::Operand("a macro over a list", range.kind)));
        };
        if Object::Root.lookup(&made.iter_var).is_some() {
            return Err((node.id, Flaw::Shadowed));
        }
        let start = self.value(&made.accu_init)?;
        let outer_times = self.times;
        self.times = self.times.saturating_mul(range.most.max(1));
        self.locals.push((&made.accu_var, start));
        self.locals.push((&made.iter_var, Typed::scalar(Kind::Scalar(item))));
        self.expect(&made.loop_cond, Kind::BOOL, "a loop")?;
        let step = self.value(&made.loop_step)?;
        self.locals.truncate(self.locals.len().saturating_sub(2));
        self.times = outer_times;
        // Filters and maps add one element a turn at most.
        let kind = start.kind.join(step.kind).ok_or((node.id, Flaw::Branches(start.kind, step.kind)))?;
        self.locals.push((&made.accu_var, Typed { kind, most: range.most }));
        let result = self.value(&made.result);
        self.locals.pop();
        result
    }

    fn call(&mut self, node: &'e IdedExpr, call: &'e CallExpr) -> Result<Typed, Found> {
        let flaw = |flaw| Err((node.id, flaw));
        match (call.func_name.as_str(), call.args.as_slice()) {
            (operators::LOGICAL_AND, [left, right]) => self.conditions(&[left, right], "&&"),
            (operators::LOGICAL_OR, [left, right]) => self.conditions(&[left, right], "||"),
            (operators::LOGICAL_NOT, [one]) => self.conditions(&[one], "!"),
            (operators::NOT_STRICTLY_FALSE, [one]) => self.conditions(&[one], "a loop"),
            (operators::CONDITIONAL, [condition, yes, no]) => {
                self.expect(condition, Kind::BOOL, "?")?;
                let (yes, no) = (self.value(yes)?, self.value(no)?);
                match yes.kind.join(no.kind) {
                    Some(kind) => Ok(Typed { kind, most: yes.most.max(no.most) }),
                    None => flaw(Flaw::Branches(yes.kind, no.kind)),
                }
            }
            (operators::EQUALS, [left, right]) => self.equality(node, "==", left, right),
            (operators::NOT_EQUALS, [left, right]) => self.equality(node, "!=", left, right),
            (operators::IN, [item, list]) => self.contains(node, item, list),
            (operators::INDEX, [list, index]) => self.index(node, list, index),
            (operators::NEGATE, [one]) => match self.value(one)? {
                number if number.kind.is_number() => Ok(number),
                other => flaw(Flaw::Operand("-", other.kind)),
            },
            (_, [left, right]) if call.target.is_none() && sign(&call.func_name).is_some() => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                let sign = sign(&call.func_name).unwrap_or_default();
                match arithmetic(sign, left.kind, right.kind) {
                    Some(kind) => {
                        self.spend(node, left.most.saturating_add(right.most))?;
                        Ok(Typed { kind, most: left.most.saturating_add(right.most) })
                    }
                    None => flaw(Flaw::Operands(sign, left.kind, right.kind)),
                }
            }
            _ => self.function(node, call),
        }
    }

    fn function(&mut self, node: &IdedExpr, call: &'e CallExpr) -> Result<Typed, Found> {
        let mut kinds = Vec::with_capacity(call.args.len().saturating_add(1));
        for argument in call.target.as_deref().into_iter().chain(&call.args) {
            kinds.push(self.value(argument)?.kind);
        }
        match functions::result(&call.func_name, call.target.is_some(), &kinds) {
            Some(kind) => Ok(Typed::scalar(kind)),
            None => Err((node.id, Flaw::UnknownFunction)),
        }
    }

    fn expect(&mut self, node: &'e IdedExpr, wanted: Kind, by: &'static str) -> Result<Typed, Found> {
        match self.value(node)? {
            typed if typed.kind == wanted => Ok(typed),
            other => Err((node.id, Flaw::Operand(by, other.kind))),
        }
    }

    fn conditions(&mut self, nodes: &[&'e IdedExpr], by: &'static str) -> Result<Typed, Found> {
        for node in nodes {
            self.expect(node, Kind::BOOL, by)?;
        }
        Ok(Typed::scalar(Kind::BOOL))
    }

    fn equality(
        &mut self,
        node: &IdedExpr,
        sign: &'static str,
        left: &'e IdedExpr,
        right: &'e IdedExpr,
    ) -> Result<Typed, Found> {
        let kinds = (self.value(left)?, self.value(right)?);
        if !kinds.0.kind.compares_with(kinds.1.kind) {
            return Err((node.id, Flaw::Operands(sign, kinds.0.kind, kinds.1.kind)));
        }
        outcome_words(kinds.0.kind, right)?;
        outcome_words(kinds.1.kind, left)?;
        self.spend(node, kinds.0.most)?;
        Ok(Typed::scalar(Kind::BOOL))
    }

    /// `x in list`, `"name" in object`.
    fn contains(&mut self, node: &IdedExpr, item: &'e IdedExpr, list: &'e IdedExpr) -> Result<Typed, Found> {
        let within = self.any(list)?;
        if let Kind::Object(object) = within.kind {
            let name = quoted(item).ok_or((node.id, Flaw::DynamicName))?;
            return member(node, object, name).map(|_| Typed::scalar(Kind::BOOL));
        }
        let item_kind = self.value(item)?.kind;
        match (item_kind, within.kind) {
            (Kind::Scalar(item), Kind::List(held)) if item.compares_with(held) => {}
            (Kind::Scalar(_), Kind::Empty) => {}
            (item, within) => return Err((node.id, Flaw::Operands("in", item, within))),
        }
        if let Expr::List(words) = &list.expr {
            words.elements.iter().try_for_each(|word| outcome_words(item_kind, word))?;
        }
        self.spend(node, within.most)?;
        Ok(Typed::scalar(Kind::BOOL))
    }

    /// `list[0]`, `object["name"]`.
    fn index(&mut self, node: &IdedExpr, list: &'e IdedExpr, index: &'e IdedExpr) -> Result<Typed, Found> {
        let within = self.any(list)?;
        if let Kind::Object(object) = within.kind {
            let name = quoted(index).ok_or((node.id, Flaw::DynamicName))?;
            return member(node, object, name);
        }
        let index = self.value(index)?;
        match (within.kind, index.kind) {
            (Kind::List(item), Kind::INT) => Ok(Typed::scalar(Kind::Scalar(item))),
            (within, index) => Err((node.id, Flaw::Operands("[ ]", within, index))),
        }
    }
}

fn member(node: &IdedExpr, object: Object, name: &str) -> Result<Typed, Found> {
    let flaw = || if object == Object::Checks { Flaw::UnknownCheck } else { Flaw::UnknownMember };
    object.lookup(name).map(|meaning| from_request(meaning.kind())).ok_or_else(|| (node.id, flaw()))
}

/// What a variable or member is: its lists are no longer than [`MOST_ITEMS`].
fn from_request(kind: Kind) -> Typed {
    Typed { kind, most: if matches!(kind, Kind::List(_)) { MOST_ITEMS } else { 0 } }
}

fn item_of(list: Kind) -> Kind {
    match list {
        Kind::List(item) => Kind::Scalar(item),
        other => other,
    }
}

fn literal_kind(literal: &LiteralValue) -> Result<Kind, Flaw> {
    match literal {
        LiteralValue::Boolean(_) => Ok(Kind::BOOL),
        LiteralValue::Int(_) => Ok(Kind::INT),
        LiteralValue::Double(_) => Ok(Kind::DOUBLE),
        LiteralValue::String(_) => Ok(Kind::TEXT),
        LiteralValue::Bytes(_) => Err(Flaw::Unsupported("a byte string")),
        LiteralValue::UInt(_) => Err(Flaw::Unsupported("an unsigned integer")),
        LiteralValue::Null => Err(Flaw::Unsupported("null")),
    }
}

/// The text of a string literal.
fn quoted(node: &IdedExpr) -> Option<&str> {
    match &node.expr {
        Expr::Literal(LiteralValue::String(text)) => Some(text.inner()),
        _ => None,
    }
}

/// A text that an outcome is compared with must be one.
fn outcome_words(with: Kind, node: &IdedExpr) -> Result<(), Found> {
    let wrong = with == Kind::OUTCOME && quoted(node).is_some_and(|word| !matches!(word, "pass" | "fail" | "skip"));
    if wrong { Err((node.id, Flaw::NoOutcome)) } else { Ok(()) }
}

/// How an operator on two ordered or added values is written.
fn sign(operator: &str) -> Option<&'static str> {
    Some(match operator {
        operators::ADD => "+",
        operators::SUBSTRACT => "-",
        operators::MULTIPLY => "*",
        operators::DIVIDE => "/",
        operators::MODULO => "%",
        operators::LESS => "<",
        operators::LESS_EQUALS => "<=",
        operators::GREATER => ">",
        operators::GREATER_EQUALS => ">=",
        _ => return None,
    })
}

fn arithmetic(sign: &str, left: Kind, right: Kind) -> Option<Kind> {
    let same = left.join(right);
    match sign {
        "<" | "<=" | ">" | ">=" => {
            let ordered = left.is_number() && right.is_number() || same == Some(Kind::TEXT);
            ordered.then_some(Kind::BOOL)
        }
        "+" => same.filter(|kind| kind.is_number() || matches!(*kind, Kind::TEXT | Kind::List(_) | Kind::Empty)),
        "%" => same.filter(|kind| *kind == Kind::INT),
        _ => same.filter(|kind| kind.is_number()),
    }
}
