//! Random rules over few names, and records that they meet.

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::models::oracle::Form;
use crate::models::ruled::{Condition, Rule, Rules, Step};
use crate::models::worlds::{
    Case, Table, UNRULED, World, asked, blanks, broken, calm_rows, id, joined, known_id, lines,
    mask, member, rows, table, token, value,
};

/// The tables that rules name.
const TABLES: [&str; 2] = ["tickets", "ticketComments"];

/// The names of which paths and records are made.
const NAMES: [&str; 5] = ["a", "b", "_id", "\u{e9}/~", "a b"];

/// What conditions look for.
pub const WORDS: [&str; 3] = ["user", "bot", "sy\"stem"];

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        5 => Just(NAMES[0]), 3 => Just(NAMES[1]), 1 => select(&NAMES[..])
    ]
    .prop_map(str::to_owned)
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![3 => name().prop_map(Step::Name), 2 => Just(Step::All)];
    prop_oneof![4 => vec(step.clone(), 1..=2), 1 => vec(step, 3)]
}

/// Spells steps in one of several ways.
fn spell(steps: &[Step], mut how: u32) -> String {
    let mut spelled = if how & 1 == 1 || steps.is_empty() { "$" } else { "" }.to_owned();
    for step in steps {
        how >>= 1;
        let dot = if spelled.is_empty() { "" } else { "." };
        match step {
            Step::All if how & 1 == 1 => spelled += "[*]",
            Step::All => spelled += &format!("{dot}*"),
            Step::Name(name) if name.contains(['/', ' ']) || how & 3 == 3 => {
                spelled += &format!("['{name}']");
            }
            Step::Name(name) => spelled += &format!("{dot}{name}"),
        }
    }
    spelled
}

fn condition(world: World) -> impl Strategy<Value = Condition> {
    let steps = vec(name().prop_map(Step::Name), 1..=2);
    let word = select(&WORDS[..]).prop_map(str::to_owned);
    (steps, any::<u32>(), prop_oneof![5 => word, 1 => id(world)])
        .prop_map(|(steps, how, equals)| Condition { path: spell(&steps, how), steps, equals })
}

fn rule(world: World) -> impl Strategy<Value = Rule> {
    let exempt = prop_oneof![2 => Just("sy\"stem".to_owned()), 2 => id(world)];
    let keys = (prop::bool::weighted(0.3), prop::bool::weighted(0.2));
    let rest = (any::<bool>(), weighted(0.3, condition(world)), vec(exempt, 0..2));
    (select(&TABLES[..]), steps(), any::<u32>(), keys, rest).prop_map(
        |(table, mut steps, how, (keys, of_record), (optional, when, exempt))| {
            if keys && of_record {
                steps.clear();
            }
            Rule { table, path: spell(&steps, how), steps, keys, optional, when, exempt }
        },
    )
}

fn form() -> impl Strategy<Value = Option<Form>> {
    weighted(0.2, select(&[Form::Uuid, Form::Clerk, Form::Any][..]))
}

/// Random rules, of which some can clash.
pub fn rules(world: World) -> impl Strategy<Value = Rules> {
    (vec(rule(world), 1..=6), form(), form()).prop_map(|(fields, source, target)| Rules {
        fields,
        source,
        target,
        from_file: true,
    })
}

/// Random rules of which none clashes, and one is for the first table.
fn peaceful_rules(world: World) -> impl Strategy<Value = Rules> {
    rules(world).prop_map(|mut rules| {
        rules.fields[0].table = TABLES[0];
        while let Some(number) = rules.clash() {
            rules.fields.remove(number);
        }
        rules
    })
}

/// How records are filled.
#[derive(Debug, Clone, Copy)]
struct Fill {
    world: World,
    /// Whether nothing in them is to need attention.
    calm: bool,
}

impl Fill {
    fn value(self) -> BoxedStrategy<String> {
        match self.calm {
            true => (known_id(self.world), mask()).prop_map(|(id, mask)| token(&id, mask)).boxed(),
            false => value(self.world).boxed(),
        }
    }

    /// A member name that stands where IDs are names.
    fn id_name(self) -> BoxedStrategy<String> {
        match self.calm {
            true => self.value(),
            false => (id(self.world), mask()).prop_map(|(id, mask)| token(&id, mask)).boxed(),
        }
    }

    /// `usual`, or now and then something else.
    fn mostly(self, usual: impl Strategy<Value = String> + 'static) -> BoxedStrategy<String> {
        match self.calm {
            true => usual.boxed(),
            false => {
                prop_oneof![12 => usual, 1 => Just("null".to_owned()), 1 => self.value()].boxed()
            }
        }
    }

    /// A value in which something stands where `steps` lead.
    fn along(self, steps: &[Step], keys: bool) -> BoxedStrategy<String> {
        match steps.split_first() {
            None if keys => self.mostly(object(vec(pair(self.id_name(), self.value()), 0..5))),
            None => self.value(),
            Some((Step::Name(name), rest)) => {
                self.mostly(object(self.members(name, self.along(rest, keys).boxed())))
            }
            Some((Step::All, rest)) => {
                let inner = self.along(rest, keys);
                let elements =
                    vec(inner.clone(), 0..4).prop_map(|all| format!("[{}]", all.join(",")));
                let members = object(vec(pair(plain_name(), inner), 0..4));
                self.mostly(prop_oneof![3 => elements, 2 => members])
            }
        }
    }

    /// Members of which mostly one has `name`.
    fn members(self, name: &str, inner: BoxedStrategy<String>) -> BoxedStrategy<Vec<String>> {
        let name = name.to_owned();
        let own = mask().prop_map(move |mask| token(&name, mask));
        let times = if self.calm { 1..2 } else { 0..3_usize };
        let times = prop_oneof![6 => Just(1), 1 => times];
        let others = vec(pair(plain_name(), self.value()), if self.calm { 0..1 } else { 0..2 });
        (vec(pair(own, inner), 2), times, others)
            .prop_map(|(own, times, others)| {
                own.into_iter().take(times).chain(others).collect::<Vec<_>>()
            })
            .prop_shuffle()
            .boxed()
    }

    /// The member with which a rule's path begins.
    fn head(self, rule: &Rule) -> BoxedStrategy<String> {
        match rule.steps.split_first() {
            None => pair(self.id_name(), self.value()).boxed(),
            Some((Step::All, rest)) => pair(plain_name(), self.along(rest, rule.keys)).boxed(),
            Some((Step::Name(name), rest)) => {
                let name = name.clone();
                let name = mask().prop_map(move |mask| token(&name, mask));
                pair(name, self.along(rest, rule.keys)).boxed()
            }
        }
    }

    /// The members of a record that some of its table's rules meet.
    fn record(self, rules: &[Rule]) -> BoxedStrategy<Vec<u8>> {
        let heads: Vec<_> = rules.iter().map(|rule| self.head(rule)).collect();
        let conditions: Vec<_> =
            rules.iter().filter_map(|rule| rule.when.as_ref()).map(met).collect();
        let most = if self.calm { heads.len().min(1) } else { heads.len() };
        let least = most.min(1);
        let heads = subsequence(heads, least..=most).prop_flat_map(|heads| heads);
        let conditions =
            subsequence(conditions.clone(), 0..=conditions.len()).prop_flat_map(|all| all);
        let others = vec(member(plain_name(), self.value()), if self.calm { 0..1 } else { 0..2 });
        let all = (heads, conditions, others)
            .prop_map(|(heads, conditions, others)| [heads, conditions, others].concat());
        joined(all.prop_shuffle()).boxed()
    }
}

/// A member with which a condition holds, or almost.
fn met(condition: &Condition) -> BoxedStrategy<String> {
    let Condition { steps, equals, .. } = condition.clone();
    let word =
        (prop_oneof![6 => Just(equals), 1 => select(&WORDS[..]).prop_map(str::to_owned)], mask());
    let value = word.prop_map(|(word, mask)| token(&word, mask));
    let value =
        prop_oneof![8 => value, 1 => Just("null".to_owned()), 1 => Just("[\"user\"]".to_owned())];
    value
        .prop_map(move |value| {
            let wrap = |inner: String, step: &Step| match step {
                Step::Name(name) => format!("{{{}:{inner}}}", token(name, 0)),
                Step::All => format!("[{inner}]"),
            };
            let wrapped = steps.iter().rev().fold(value, wrap);
            wrapped[1..wrapped.len() - 1].to_owned()
        })
        .boxed()
}

fn plain_name() -> impl Strategy<Value = String> {
    (name(), mask()).prop_map(|(name, mask)| token(&name, mask))
}

fn pair(
    name: impl Strategy<Value = String>,
    value: impl Strategy<Value = String>,
) -> impl Strategy<Value = String> {
    (name, blanks(), value).prop_map(|(name, blanks, value)| format!("{name}{blanks}:{value}"))
}

fn object(members: impl Strategy<Value = Vec<String>>) -> impl Strategy<Value = String> {
    (members, blanks()).prop_map(|(members, blanks)| format!("{{{blanks}{}}}", members.join(",")))
}

fn content(fill: Fill, rules: &[Rule]) -> BoxedStrategy<Vec<u8>> {
    let record = fill.record(rules);
    lines(match fill.calm {
        true => record,
        false => prop_oneof![24 => record, 1 => broken(fill.world, "tickets")].boxed(),
    })
}

/// Random cases of a world with rules of their own.
pub fn ruled_cases(world: World) -> impl Strategy<Value = Case> {
    let all = (peaceful_rules(world), prop::bool::weighted(0.3), prop::bool::weighted(0.25));
    all.prop_flat_map(move |(rules, calm, chains)| {
        let fill = Fill { world, calm };
        let of = |table| content(fill, &rules.of(table).cloned().collect::<Vec<_>>());
        let [first, second] = TABLES.map(|name| table(of(name)));
        let unruled = table(content(fill, &[]));
        let rows = if calm { calm_rows(world).boxed() } else { rows(world, chains).boxed() };
        (rows, first, second, unruled, asked()).prop_map(
            move |(rows, first, second, unruled, asked)| {
                let first = first.unwrap_or(Table { content: Vec::new(), own_folder: false });
                let others = [(TABLES[1], second), (UNRULED, unruled)];
                let there = others.into_iter().filter_map(|(name, table)| Some((name, table?)));
                let tables = there.chain([(TABLES[0], first)]).collect();
                Case { rows, chains, tables, asked, rules: rules.clone() }
            },
        )
    })
}
