//! Tells an expression's type, refuses what can't be right, and bounds what evaluating it can cost.
//!
//! An expression that passes here can fail on a request for three causes only: something that it names is absent, a
//! list or text is longer than rules may see, or a number is out of range.

use ::cel::IdedExpr;
use ::cel::common::ast::{CallExpr, ComprehensionExpr, Expr, ListExpr, LiteralValue, SelectExpr, operators};

use super::domain::{Constant, Domain, Part};
use super::error::Flaw;
use super::functions;
use super::limits::MAX_ITEMS;
use super::symbols::{Namespace, Symbol, ValueType};

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
    value_type: ValueType,
    /// Longest that a list can be; 0 for anything else.
    most: usize,
    /// What the value, or each item of a list, can be.
    domain: Domain,
}

impl Typed {
    fn scalar(value_type: ValueType) -> Self {
        Self { value_type, most: 0, domain: Domain::Any }
    }
}

/// Returns whether an expression is a sound condition.
pub(super) fn check(expression: &IdedExpr) -> Result<(), Found> {
    let mut checker = Checker { locals: Vec::new(), depth: 0, steps: 0, times: 1 };
    match checker.value(expression)?.value_type {
        ValueType::BOOL => Ok(()),
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
    /// Returns the type of a value; a variable that has members is none.
    fn value(&mut self, node: &'e IdedExpr) -> Result<Typed, Found> {
        match self.any(node)? {
            Typed { value_type: ValueType::Namespace(_), .. } => Err((node.id, Flaw::WholeObject)),
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
            Expr::Literal(literal) => literal_type(literal).map(Typed::scalar).map_err(|flaw| (node.id, flaw)),
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
        match Namespace::Root.lookup(name) {
            Some(symbol) => Ok(from_request(symbol)),
            None => Err((node.id, Flaw::UnknownVariable(Namespace::Root.meant(name)))),
        }
    }

    /// `x.name`, and `has(x.name)`.
    fn select(&mut self, node: &IdedExpr, select: &'e SelectExpr) -> Result<Typed, Found> {
        let ValueType::Namespace(namespace) = self.any(&select.operand)?.value_type else {
            return Err((node.id, Flaw::UnknownMember(None)));
        };
        let found = member(node, namespace, &select.field)?;
        Ok(if select.test { Typed::scalar(ValueType::BOOL) } else { found })
    }

    fn list(&mut self, node: &IdedExpr, list: &'e ListExpr) -> Result<Typed, Found> {
        let mut value_type = ValueType::Empty;
        for element in &list.elements {
            let item = match self.value(element)?.value_type {
                ValueType::Scalar(item) => item,
                other => return Err((element.id, Flaw::NestedList(other))),
            };
            value_type = value_type
                .join(ValueType::List(item))
                .ok_or_else(|| (node.id, Flaw::MixedList(item_of(value_type), ValueType::Scalar(item))))?;
        }
        Ok(Typed { value_type, most: list.elements.len(), domain: Domain::Any })
    }

    /// Returns what `all`, `exists`, `exists_one`, `filter` and `map` were made to by the parser.
    fn comprehension(&mut self, node: &'e IdedExpr, made: &'e ComprehensionExpr) -> Result<Typed, Found> {
        let range = self.value(&made.iter_range)?;
        let ValueType::List(item) = range.value_type else {
            return Err((node.id, Flaw::Operand("a macro over a list", range.value_type)));
        };
        if Namespace::Root.lookup(&made.iter_var).is_some() {
            return Err((node.id, Flaw::Shadowed));
        }
        let start = self.value(&made.accu_init)?;
        let outer_times = self.times;
        self.times = self.times.saturating_mul(range.most.max(1));
        self.locals.push((&made.accu_var, start));
        self.locals.push((&made.iter_var, Typed { domain: range.domain, ..Typed::scalar(ValueType::Scalar(item)) }));
        self.expect(&made.loop_cond, ValueType::BOOL, "a loop")?;
        let step = self.value(&made.loop_step)?;
        self.locals.truncate(self.locals.len().saturating_sub(2));
        self.times = outer_times;
        // Filters and maps add one element a turn at most.
        let value_type = start
            .value_type
            .join(step.value_type)
            .ok_or((node.id, Flaw::Branches(start.value_type, step.value_type)))?;
        self.locals.push((&made.accu_var, Typed { value_type, most: range.most, domain: Domain::Any }));
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
                self.expect(condition, ValueType::BOOL, "?")?;
                let (yes, no) = (self.value(yes)?, self.value(no)?);
                match yes.value_type.join(no.value_type) {
                    Some(value_type) => {
                        let domain = if yes.domain == no.domain { yes.domain } else { Domain::Any };
                        Ok(Typed { value_type, most: yes.most.max(no.most), domain })
                    }
                    None => flaw(Flaw::Branches(yes.value_type, no.value_type)),
                }
            }
            (operators::EQUALS, [left, right]) => self.equality(node, "==", left, right),
            (operators::NOT_EQUALS, [left, right]) => self.equality(node, "!=", left, right),
            (operators::IN, [item, list]) => self.contains(node, item, list),
            (operators::INDEX, [list, index]) => self.index(node, list, index),
            (operators::NEGATE, [one]) => match self.value(one)? {
                number if number.value_type.is_number() => Ok(Typed::scalar(number.value_type)),
                other => flaw(Flaw::Operand("-", other.value_type)),
            },
            (_, [left, right]) if call.target.is_none() && sign(&call.func_name).is_some() => {
                let sign = sign(&call.func_name).unwrap_or_default();
                self.arithmetic(node, sign, left, right)
            }
            _ => self.function(node, call),
        }
    }

    fn arithmetic(
        &mut self,
        node: &IdedExpr,
        sign: &'static str,
        left: &'e IdedExpr,
        right: &'e IdedExpr,
    ) -> Result<Typed, Found> {
        let (one, other) = (self.value(left)?, self.value(right)?);
        let flaw = Flaw::Operands(sign, one.value_type, other.value_type);
        let value_type = arithmetic(sign, one.value_type, other.value_type).ok_or((node.id, flaw))?;
        if value_type == ValueType::BOOL {
            for (typed, constant) in [(one, right), (other, left)] {
                let always = number(constant).and_then(|number| typed.domain.outside(number));
                always.map_or(Ok(()), |why| Err((constant.id, Flaw::Always(why))))?;
            }
        }
        let most = one.most.saturating_add(other.most);
        self.spend(node, most)?;
        Ok(Typed { most, ..Typed::scalar(value_type) })
    }

    fn function(&mut self, node: &IdedExpr, call: &'e CallExpr) -> Result<Typed, Found> {
        let mut value_types = Vec::with_capacity(call.args.len().saturating_add(1));
        let mut domain = Domain::Any;
        for argument in call.target.as_deref().into_iter().chain(&call.args) {
            let typed = self.value(argument)?;
            if value_types.is_empty() {
                domain = typed.domain;
            }
            value_types.push(typed.value_type);
        }
        if let Some(part) = Part::of_function(&call.func_name) {
            for argument in &call.args {
                let never = constant(argument).and_then(|constant| domain.excludes_part(constant, part));
                never.map_or(Ok(()), |why| Err((argument.id, Flaw::Never(why))))?;
            }
        }
        match functions::result(&call.func_name, call.target.is_some(), &value_types) {
            Some(value_type) => {
                let domain = match call.func_name.as_str() {
                    "lowerAscii" => Domain::LowerAscii,
                    "upperAscii" => Domain::UpperAscii,
                    _ => Domain::Any,
                };
                Ok(Typed { domain, ..Typed::scalar(value_type) })
            }
            None => Err((node.id, Flaw::UnknownFunction(functions::meant(&call.func_name)))),
        }
    }

    fn expect(&mut self, node: &'e IdedExpr, wanted: ValueType, by: &'static str) -> Result<Typed, Found> {
        match self.value(node)? {
            typed if typed.value_type == wanted => Ok(typed),
            other => Err((node.id, Flaw::Operand(by, other.value_type))),
        }
    }

    fn conditions(&mut self, nodes: &[&'e IdedExpr], by: &'static str) -> Result<Typed, Found> {
        for node in nodes {
            self.expect(node, ValueType::BOOL, by)?;
        }
        Ok(Typed::scalar(ValueType::BOOL))
    }

    fn equality(
        &mut self,
        node: &IdedExpr,
        sign: &'static str,
        left: &'e IdedExpr,
        right: &'e IdedExpr,
    ) -> Result<Typed, Found> {
        let value_types = (self.value(left)?, self.value(right)?);
        if !value_types.0.value_type.compares_with(value_types.1.value_type) {
            return Err((node.id, Flaw::Operands(sign, value_types.0.value_type, value_types.1.value_type)));
        }
        possible(value_types.0, right)?;
        possible(value_types.1, left)?;
        self.spend(node, value_types.0.most)?;
        Ok(Typed::scalar(ValueType::BOOL))
    }

    /// `x in list`, `"name" in object`.
    fn contains(&mut self, node: &IdedExpr, item: &'e IdedExpr, list: &'e IdedExpr) -> Result<Typed, Found> {
        let within = self.any(list)?;
        if let ValueType::Namespace(namespace) = within.value_type {
            let name = quoted(item).ok_or((node.id, Flaw::DynamicName))?;
            return member(node, namespace, name).map(|_| Typed::scalar(ValueType::BOOL));
        }
        let sought = self.value(item)?;
        match (sought.value_type, within.value_type) {
            (ValueType::Scalar(item), ValueType::List(held)) if item.compares_with(held) => {}
            (ValueType::Scalar(_), ValueType::Empty) => {}
            (item, within) => return Err((node.id, Flaw::Operands("in", item, within))),
        }
        possible(sought, list)?;
        possible(within, item)?;
        self.spend(node, within.most)?;
        Ok(Typed::scalar(ValueType::BOOL))
    }

    /// `list[0]`, `object["name"]`.
    fn index(&mut self, node: &IdedExpr, list: &'e IdedExpr, index: &'e IdedExpr) -> Result<Typed, Found> {
        let within = self.any(list)?;
        if let ValueType::Namespace(namespace) = within.value_type {
            let name = quoted(index).ok_or((node.id, Flaw::DynamicName))?;
            return member(node, namespace, name);
        }
        let index = self.value(index)?;
        match (within.value_type, index.value_type) {
            (ValueType::List(item), ValueType::INT) => {
                Ok(Typed { domain: within.domain, ..Typed::scalar(ValueType::Scalar(item)) })
            }
            (list, index) => Err((node.id, Flaw::Operands("[ ]", list, index))),
        }
    }
}

fn member(node: &IdedExpr, namespace: Namespace, name: &str) -> Result<Typed, Found> {
    let flaw = || match namespace {
        Namespace::Checks => Flaw::UnknownCheck(namespace.meant(name)),
        _ => Flaw::UnknownMember(namespace.meant(name)),
    };
    namespace.lookup(name).map(from_request).ok_or_else(|| (node.id, flaw()))
}

/// Returns what a variable or member is: its lists are no longer than [`MAX_ITEMS`].
fn from_request(symbol: Symbol) -> Typed {
    let value_type = symbol.value_type();
    let most = if matches!(value_type, ValueType::List(_)) { MAX_ITEMS } else { 0 };
    Typed { value_type, most, domain: symbol.domain() }
}

fn item_of(list: ValueType) -> ValueType {
    match list {
        ValueType::List(item) => ValueType::Scalar(item),
        other => other,
    }
}

fn literal_type(literal: &LiteralValue) -> Result<ValueType, Flaw> {
    match literal {
        LiteralValue::Boolean(_) => Ok(ValueType::BOOL),
        LiteralValue::Int(_) => Ok(ValueType::INT),
        LiteralValue::Double(_) => Ok(ValueType::DOUBLE),
        LiteralValue::String(_) => Ok(ValueType::TEXT),
        LiteralValue::Bytes(_) => Err(Flaw::Unsupported("a byte string")),
        LiteralValue::UInt(_) => Err(Flaw::Unsupported("an unsigned integer")),
        LiteralValue::Null => Err(Flaw::Unsupported("null")),
    }
}

/// Returns the text of a string literal.
fn quoted(node: &IdedExpr) -> Option<&str> {
    match &node.expr {
        Expr::Literal(LiteralValue::String(text)) => Some(text.inner()),
        _ => None,
    }
}

/// Refuses a constant, or one in a list, that a value is compared with and can't be.
fn possible(value: Typed, node: &IdedExpr) -> Result<(), Found> {
    if let Expr::List(list) = &node.expr {
        return list.elements.iter().try_for_each(|element| possible(value, element));
    }
    let is_outcome = value.value_type == ValueType::OUTCOME;
    if is_outcome && quoted(node).is_some_and(|word| !matches!(word, "pass" | "fail" | "skip")) {
        return Err((node.id, Flaw::NoOutcome));
    }
    let never = constant(node).and_then(|constant| value.domain.excludes(constant));
    never.map_or(Ok(()), |why| Err((node.id, Flaw::Never(why))))
}

fn constant(node: &IdedExpr) -> Option<Constant<'_>> {
    quoted(node).map(Constant::Text).or_else(|| number(node).map(Constant::Number))
}

/// Returns the value of a number, with or without a sign; as near as a double comes to it, which is enough for a
/// comparison.
fn number(node: &IdedExpr) -> Option<f64> {
    match &node.expr {
        Expr::Literal(LiteralValue::Int(number)) => number.inner().to_string().parse().ok(),
        Expr::Literal(LiteralValue::Double(number)) => Some(*number.inner()),
        Expr::Call(call) if call.func_name == operators::NEGATE => call.args.first().and_then(number).map(|one| -one),
        _ => None,
    }
}

/// Returns how an operator on two ordered or added values is written.
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

fn arithmetic(sign: &str, left: ValueType, right: ValueType) -> Option<ValueType> {
    let same = left.join(right);
    match sign {
        "<" | "<=" | ">" | ">=" => {
            let ordered = left.is_number() && right.is_number() || same == Some(ValueType::TEXT);
            ordered.then_some(ValueType::BOOL)
        }
        "+" => same.filter(|value_type| {
            value_type.is_number() || matches!(*value_type, ValueType::TEXT | ValueType::List(_) | ValueType::Empty)
        }),
        "%" => same.filter(|value_type| *value_type == ValueType::INT),
        _ => same.filter(|value_type| value_type.is_number()),
    }
}
