//! Rules as the tests write them down, and which of them cannot stand beside
//! each other.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::models::oracle::{Form, Text, fold};

/// One step on the way to an ID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Name(String),
    All,
}

/// A string that must stand in a record.
#[derive(Debug, Clone)]
pub struct Condition {
    pub steps: Vec<Step>,
    pub path: String,
    pub equals: String,
}

/// A declared field.
#[derive(Debug, Clone)]
pub struct Rule {
    pub table: &'static str,
    pub steps: Vec<Step>,
    /// The steps as the rules spell them.
    pub path: String,
    pub keys: bool,
    pub optional: bool,
    pub when: Option<Condition>,
    pub exempt: Vec<String>,
}

/// All rules of a run.
#[derive(Debug, Clone)]
pub struct Rules {
    /// In the order of the rules, by table.
    pub fields: Vec<Rule>,
    pub source: Option<Form>,
    pub target: Option<Form>,
    /// Whether they come from a file; else they are the built-in ones.
    pub from_file: bool,
}

impl Rule {
    fn member(table: &'static str, name: &str, optional: bool) -> Self {
        let (steps, path) = (vec![Step::Name(name.to_owned())], name.to_owned());
        Self { table, steps, path, keys: false, optional, when: None, exempt: Vec::new() }
    }

    /// Whether it exempts a string.
    pub fn exempts(&self, text: &Text) -> bool {
        let is = |literal: &String| fold(literal) == fold(&text.shown);
        !text.lone_surrogate && self.exempt.iter().any(is)
    }

    /// As a report says it.
    pub fn report(&self) -> Value {
        let mut rule = json!({"table": self.table, "path": self.path, "optional": self.optional});
        if self.keys {
            rule["match"] = "keys".into();
        }
        if let Some(Condition { path, equals, .. }) = &self.when {
            rule["when"] = json!({"path": path, "equals": equals});
        }
        if !self.exempt.is_empty() {
            rule["exempt"] = json!(self.exempt);
        }
        rule
    }

    /// As a rules file has it; its path stands on the third line.
    fn toml(&self) -> String {
        let mut rule = String::new();
        let word = if self.keys { "keys" } else { "value" };
        let _ = write!(rule, "[[field]]\ntable = {}\n", json!(self.table));
        let _ = write!(rule, "path = {}\nmatch = \"{word}\"\n", json!(self.path));
        let _ = write!(rule, "optional = {}\nexempt = {}\n", self.optional, json!(self.exempt));
        if let Some(Condition { path, equals, .. }) = &self.when {
            let _ =
                writeln!(rule, "when = {{ path = {}, equals = {} }}", json!(path), json!(equals));
        }
        rule
    }

    /// Whether some value, or some member names, would be IDs by both rules;
    /// tried on every place that a record of these names can have.
    fn meets(&self, other: &Self) -> bool {
        if self.keys != other.keys || self.steps.len() != other.steps.len() {
            return false;
        }
        let mut places: Vec<Vec<Step>> = vec![Vec::new()];
        for depth in 0..self.steps.len() {
            let here = [&self.steps[depth], &other.steps[depth]];
            let unknown = Step::Name("a name that no rule has".to_owned());
            let tried = here.into_iter().filter(|step| **step != Step::All).chain([&unknown]);
            let longer = |step: &Step| {
                let add = |place: &Vec<Step>| [&place[..], std::slice::from_ref(step)].concat();
                places.iter().map(add).collect::<Vec<_>>()
            };
            places = tried.flat_map(longer).collect();
        }
        let leads = |rule: &Self, place: &[Step]| {
            rule.steps.iter().zip(place).all(|(step, to)| *step == Step::All || step == to)
        };
        places.iter().any(|place| leads(self, place) && leads(other, place))
    }
}

impl Rules {
    /// The four ticket fields.
    pub fn tickets() -> Self {
        let fields = vec![
            Rule::member("tickets", "requester_id", false),
            Rule::member("tickets", "assigned_to", true),
            Rule::member("ticketComments", "author_id", false),
            Rule::member("ticketStatusHistory", "changed_by", false),
        ];
        Self { fields, source: None, target: None, from_file: false }
    }

    /// The rules of a table, in their order.
    pub fn of<'r>(&'r self, table: &'r str) -> impl Iterator<Item = &'r Rule> {
        self.fields.iter().filter(move |rule| rule.table == table)
    }

    /// By table name, then in the order of the rules.
    pub fn sorted(&self) -> Vec<&Rule> {
        let mut fields: Vec<_> = self.fields.iter().collect();
        fields.sort_by_key(|rule| rule.table);
        fields
    }

    /// The number of the first rule that runs into an earlier one.
    pub fn clash(&self) -> Option<usize> {
        let runs_into = |late: &Rule, early: &Rule| {
            late.table == early.table && (late.path == early.path || late.meets(early))
        };
        let all = || self.fields.iter().enumerate();
        let clashes = |(at, late): (usize, &Rule)| {
            self.fields[..at].iter().any(|early| runs_into(late, early))
        };
        all().find(|one| clashes(*one)).map(|(number, _)| number)
    }

    /// The rules file.
    pub fn toml(&self) -> String {
        let mut file = "version = 1\n[ids]\n".to_owned();
        for (name, form) in [("source", self.source), ("target", self.target)] {
            let line = form.map(|form| format!("{name} = {}\n", json!(form.spelled())));
            file += &line.unwrap_or_default();
        }
        file + &self.fields.iter().map(Rule::toml).collect::<String>()
    }

    /// The line on which the path of a rule stands in the file.
    pub fn line(&self, number: usize) -> usize {
        let before = Self { fields: self.fields[..number].to_vec(), ..self.clone() };
        before.toml().lines().count() + 3
    }
}
