//! Variables as CEL values.

use std::fmt;

use ::cel::ExecutionError;
use ::cel::common::traits::{Container, Indexer};
use ::cel::common::types::{CelBool, CelDouble, CelInt, CelList, CelString, MAP_TYPE, Type};
use ::cel::common::value::{CowVal, Val};
use ::cel::context::VariableResolver;

use super::limits::{MAX_ITEMS, MAX_TEXT_BYTES};
use super::symbols::{Namespace, Symbol};
use super::variables::{VariableValue, Variables};

/// A namespace of rules as a CEL map, whose members are read from the post when a rule asks for them.
#[derive(Clone, Copy)]
struct View<'r, 'f> {
    variables: &'r Variables<'f>,
    namespace: Namespace,
}

impl VariableResolver for Variables<'_> {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        // Nobody sees why there is no value: the variables themselves are never absent nor too large.
        View { variables: self, namespace: Namespace::Root }.member(variable).ok()
    }
}

impl<'f> View<'_, 'f> {
    fn member<'b, 'v>(&self, name: &str) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        let absent = || ExecutionError::NoSuchKey(String::new().into());
        match self.namespace.lookup(name).ok_or_else(absent)? {
            Symbol::Namespace(namespace) => Ok(CowVal::owned(View { namespace, ..*self })),
            symbol => self.variables.value(symbol, name).ok_or_else(absent)?.into_value(),
        }
    }

    fn named<'b, 'v>(&self, key: &dyn Val) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        let name =
            key.downcast_ref::<CelString<'_>>().ok_or_else(|| ExecutionError::NoSuchKey(String::new().into()))?;
        self.member(name.inner())
    }
}

impl<'f> VariableValue<'f> {
    /// Returns the value, unless it is larger than rules may see.
    fn into_value<'b, 'v>(self) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        'f: 'v,
    {
        Ok(match self {
            Self::Bool(value) => CowVal::owned(CelBool::from(value)),
            Self::Int(value) => CowVal::owned(CelInt::from(value)),
            Self::Double(value) => CowVal::owned(CelDouble::from(value)),
            Self::Text(text) => CowVal::owned(short(text.len(), CelString::from(text))?),
            Self::Ints(items) => list(items.into_iter().map(|item| Ok(Box::new(CelInt::from(item)) as Box<dyn Val>)))?,
            Self::Texts(items) => list(
                items
                    .into_iter()
                    .map(|text| Ok(Box::new(short(text.len(), CelString::from(text))?) as Box<dyn Val + 'v>)),
            )?,
        })
    }
}

fn short(length: usize, text: CelString<'_>) -> Result<CelString<'_>, ExecutionError> {
    if length > MAX_TEXT_BYTES { Err(too_large()) } else { Ok(text) }
}

fn list<'b, 'v>(
    items: impl ExactSizeIterator<Item = Result<Box<dyn Val + 'v>, ExecutionError>>,
) -> Result<CowVal<'b, 'v>, ExecutionError> {
    if items.len() > MAX_ITEMS {
        return Err(too_large());
    }
    Ok(CowVal::owned(CelList::from(items.collect::<Result<Vec<_>, _>>()?)))
}

/// Not "no such key": `has(…)` would hide it.
fn too_large() -> ExecutionError {
    ExecutionError::InternalError(String::new())
}

impl fmt::Debug for View<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("View").field(&self.namespace).finish()
    }
}

impl Val for View<'_, '_> {
    fn get_type(&self) -> &Type {
        &MAP_TYPE
    }

    fn cel_type() -> &'static Type {
        &MAP_TYPE
    }

    fn as_container(&self) -> Option<&dyn Container> {
        Some(self)
    }

    fn as_indexer<'b, 'v>(&'b self) -> Option<&'b (dyn Indexer + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(*self)
    }
}

impl Indexer for View<'_, '_> {
    fn get<'b, 'v>(&'b self, key: &dyn Val) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.named(key)
    }

    fn steal<'v>(self: Box<Self>, key: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.named(key).map(CowVal::into_owned)
    }
}

impl Container for View<'_, '_> {
    fn contains(&self, key: &dyn Val) -> Result<bool, ExecutionError> {
        match self.named(key) {
            Ok(_) => Ok(true),
            Err(ExecutionError::NoSuchKey(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
