"""`openstage take`: the takes of a stage."""

from tools.commands.takes import bench as bench
from tools.commands.takes import export as export
from tools.commands.takes import render as render
from tools.commands.takes import replay as replay
from tools.commands.takes import walls as walls
from tools.commands.takes.app import take_app as take_app
from tools.commands.takes.day import day_app as day_app
