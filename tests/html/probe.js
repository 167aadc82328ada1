// What stands in a page, as a browser has laid it out.
(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const shown = (element) => element.checkVisibility() && !element.closest('.unseen, [style*="clip"]');
  const ownText = (element) =>
    [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join('').trim();

  // Colours by way of a canvas: whatever syntax they are written in.
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const channels = (colour) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const background = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return channels(getComputedStyle(document.documentElement).colorScheme.includes('dark') &&
      matchMedia('(prefers-color-scheme: dark)').matches ? '#121212' : '#fff');
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (element) => {
    const pair = [channels(getComputedStyle(element).color), background(element)].map(luminance);
    return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
  };
  const texts = all('body *').filter((element) => ownText(element) && shown(element));
  const faint = texts.map((element) => [contrast(element), element])
    .filter(([ratio]) => ratio < 4.5)
    .map(([ratio, element]) => `${ratio.toFixed(2)}: ${ownText(element).slice(0, 30)}`);

  const number = (cell) => Number(cell.textContent.replaceAll(',', ''));
  const bars = all('.bar').map((bar) => ({
    width: bar.getBoundingClientRect().width,
    total: [...bar.parentElement.querySelectorAll('.number')].slice(1).reduce((sum, cell) => sum + number(cell), 0),
    parts: [...bar.querySelectorAll('[data-count]')].map((part) => ({
      count: Number(part.dataset.count),
      width: part.getBoundingClientRect().width,
    })),
  }));
  const main = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  let first = main.nextNode();
  while (first && !first.data.trim()) first = main.nextNode();

  const page = document.documentElement;
  const inBox = (element) => element.closest('.scroll') && !element.matches('.scroll');
  const wide = all('body *').filter((element) => !inBox(element) &&
    element.getBoundingClientRect().right > page.clientWidth + 0.5);
  const active = all('script, img, svg, iframe, object, embed, link, base, a, form, video, audio')
    .concat(all('*').filter((element) => [...element.attributes].some(({ name }) => name.startsWith('on'))));
  return {
    title: document.title,
    first: first ? first.data.trim() : '',
    width: window.innerWidth,
    scroll: page.scrollWidth,
    client: page.clientWidth,
    height: page.scrollHeight,
    wide: wide.slice(0, 3).map((element) => element.outerHTML.slice(0, 80)),
    active: active.map((element) => element.tagName),
    headings: all('h1, h2, h3, h4, h5, h6').map((element) => Number(element.tagName[1])),
    language: page.lang,
    unnamed: all('table').filter((table) => !table.caption || !table.caption.textContent).length,
    faint,
    bars,
  };
})();
