//! How IDs that are not in the map are classified.

use regex::Regex;

use crate::idmap::{Form, Forms};

/// The form of an ID.
#[derive(Debug, Clone)]
pub enum IdForm {
    /// One of the forms that maps are recognised by.
    Known(Form),
    /// Any ID in which a regular expression matches.
    Pattern(Regex),
}

/// The forms that the rules give; others are inferred from the map.
#[derive(Debug, Clone, Default)]
pub struct IdRules {
    /// The form of source IDs.
    pub source: Option<IdForm>,
    /// The form of target IDs.
    pub target: Option<IdForm>,
}

/// The forms by which a run classifies IDs that are not in the map.
#[derive(Debug, Clone)]
pub struct Classes {
    /// The form of source IDs.
    pub source: IdForm,
    /// The form of target IDs, if there is one.
    pub target: Option<IdForm>,
    /// Whether one of them was inferred from the map.
    pub inferred: bool,
}

impl IdForm {
    /// Parses a form: `uuid`, `any` or a regular expression.
    ///
    /// # Errors
    /// Returns an error if the regular expression is invalid.
    pub fn parse(text: &str) -> Result<Self, regex::Error> {
        Ok(match text {
            "uuid" => Self::Known(Form::Uuid),
            "any" => Self::Known(Form::Any),
            pattern if pattern == Form::Clerk.spelled() => Self::Known(Form::Clerk),
            pattern => Self::Pattern(Regex::new(pattern)?),
        })
    }

    /// Whether an ID has this form.
    pub fn matches(&self, id: &str) -> bool {
        match self {
            Self::Known(form) => form.matches(id),
            Self::Pattern(pattern) => pattern.is_match(id),
        }
    }

    /// The form as rules and reports write it.
    pub fn spelled(&self) -> &str {
        match self {
            Self::Known(form) => form.spelled(),
            Self::Pattern(pattern) => pattern.as_str(),
        }
    }
}

impl IdRules {
    /// The forms for a run, given those inferred from the map.
    pub fn classes(&self, inferred: Forms) -> Classes {
        let target = || inferred.target.map(IdForm::Known);
        Classes {
            source: self.source.clone().unwrap_or(IdForm::Known(inferred.source)),
            target: self.target.clone().or_else(target),
            inferred: self.source.is_none() || self.target.is_none(),
        }
    }
}
