#!/usr/bin/env perl
# swap.pl MAP EXPORT OUT: a regular expression over lines. Keeps all other
# bytes; would also rewrite a nested field of the same name.
use strict;
use warnings;

my %fields = (
    tickets             => 'requester_id|assigned_to',
    ticketComments      => 'author_id',
    ticketStatusHistory => 'changed_by',
);

my ($map_file, $export, $out) = @ARGV;
open my $rows, '<', $map_file or die "$map_file: $!";
<$rows>;
my %map;
while (<$rows>) {
    chomp;
    my ($source, $target) = split /,/;
    $map{$source} = $target;
}

mkdir $out or die "$out: $!";
for my $table (keys %fields) {
    open my $from, '<', "$export/$table.jsonl" or die "$table: $!";
    open my $to, '>', "$out/$table.jsonl" or die "$table: $!";
    my $member = qr/"(?:$fields{$table})":\s*"\K([^"\\]+)(?=")/;
    while (<$from>) {
        s/$member/$map{$1} \/\/ $1/ge;
        print $to $_;
    }
    close $to or die "$table: $!";
}
